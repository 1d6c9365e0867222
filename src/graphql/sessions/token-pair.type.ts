import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { TokenPair } from '../../domain/sessions/index.js';
import { Access, inherited } from '../access.js';
import type { Context } from '../context.js';

export enum TokenDelivery {
  BODY = 'BODY',
  COOKIE = 'COOKIE',
}
registerEnumType(TokenDelivery, {
  name: 'TokenDelivery',
  description: 'Where the refresh token goes.',
  valuesConfig: {
    BODY: { description: 'Into the answer: for native apps, servers, and frontends behind a gateway.' },
    COOKIE: {
      description:
        'Into a `__Host-` cookie that scripts cannot read: for browser frontends that call Signet directly.',
    },
  },
});

@Access(inherited)
@ObjectType('TokenPair', { description: 'What a client needs to act for the user and to go on doing so.' })
export class TokenPairType {
  @Directive('@tag(name: "internal")')
  @Field(() => String, { description: 'JWT per RFC 9068, for the header `Authorization: Bearer …`.' })
  accessToken!: string;

  @Directive('@tag(name: "internal")')
  @Field(() => String, {
    nullable: true,
    description: 'For the next `refresh`, once. Null when it went into the cookie.',
  })
  refreshToken!: string | null;

  @Field(() => String, { description: 'Always "Bearer".' })
  tokenType!: string;

  @Field(() => Int, { description: 'Seconds until the access token expires.' })
  expiresIn!: number;

  @Field(() => GraphQLDateTime, { description: 'When the access token expires.' })
  accessTokenExpiresAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the refresh token expires unless it is used before.' })
  refreshTokenExpiresAt!: Date;

  /** Hands the tokens over in the way that the client asked for. */
  static deliver(tokens: TokenPair, delivery: TokenDelivery, context: Context): TokenPairType {
    const inCookie = delivery === TokenDelivery.COOKIE;
    if (inCookie) context.cookie.write(tokens.refreshToken, tokens.refreshTokenExpiresAt);
    const type = new TokenPairType();
    type.accessToken = tokens.accessToken;
    type.refreshToken = inCookie ? null : tokens.refreshToken;
    type.tokenType = 'Bearer';
    type.expiresIn = tokens.expiresIn;
    type.accessTokenExpiresAt = tokens.accessTokenExpiresAt;
    type.refreshTokenExpiresAt = tokens.refreshTokenExpiresAt;
    return type;
  }
}
