# Built in one stage; the other has neither sources nor what only building needs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Not `npm ci`: it wants the binaries of every platform in the lock file.
RUN npm install --no-save
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
COPY explorer explorer
# Optional packages are an embedded PostgreSQL and a Node: here the database is given, and so is Node.
RUN npm run build && npm run build:explorer && npm prune --no-save --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production SIGNET_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# For pipelines of product teams, whose jobs run in this image: signet service apply orders.yaml
RUN chmod +x dist/src/main.js && ln -s /app/dist/src/main.js /usr/local/bin/signet
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=8s --start-period=30s CMD ["node", "-e", \
  "fetch(`http://127.0.0.1:${process.env.SIGNET_PORT || 4000}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself gets the signal of `docker stop`, and drains.
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["start"]
