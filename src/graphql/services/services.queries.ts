import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { Access, catalogueReader } from '../access.js';
import type { Context } from '../context.js';
import { checkText, listCost } from '../paging.js';
import { RegisteredServiceType } from './service.type.js';

@Resolver()
export class ServicesQueries {
  @Access(catalogueReader)
  @Query(() => RegisteredServiceType, {
    nullable: true,
    description: 'A service by slug; null when there is none. For who reads or manages permissions.',
  })
  async service(
    @Arg('slug', () => String, { description: 'What its permissions begin with.' }) slug: string,
    @Ctx() context: Context,
  ): Promise<RegisteredServiceType | null> {
    const service = await context.reads.service.load(checkText('slug', slug)!);
    return service && RegisteredServiceType.from(service);
  }

  @Access(catalogueReader)
  @Query(() => [RegisteredServiceType], {
    description: 'Services, in order of slug. For who reads or manages permissions.',
    complexity: listCost(10),
  })
  async services(
    @Arg('search', () => String, { nullable: true, description: 'What slug or name contain.' })
    search: string | null,
    @Ctx() context: Context,
  ): Promise<RegisteredServiceType[]> {
    const found = await context.useCases.services.listServices(checkText('search', search));
    return found.map(RegisteredServiceType.from);
  }
}
