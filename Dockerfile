# Two stages: packages, then node's own image with what is needed to run and nothing else.
# The image has a Node of its own: no install script fetches another, and what npm brings for other machines is left out.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/node node_modules/node-bin-* node_modules/.bin/node

FROM node:26-slim
# They go before the config file, so the port that is published and asked for health is the one listened on.
ENV NODE_ENV=production CROSSDOCK_HOST=0.0.0.0 CROSSDOCK_PORT=8080 CROSSDOCK_DATA=/data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY config ./config
COPY connectors ./connectors
COPY mappings ./mappings
COPY workers ./workers
COPY src ./src
RUN mkdir /data && chown node:node /data
USER node
# Nothing is written elsewhere: the rest of the file system may be read-only.
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.CROSSDOCK_PORT || 8080) + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/crossdock.js"]
CMD ["start"]
