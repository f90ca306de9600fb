import type { SchemaObject } from 'ajv';

// The part of the Compose specification that docker-compose.yml uses, closed at every level, written down from the
// specification's text (https://github.com/compose-spec/compose-spec, 05-services.md to 09-secrets.md): so that a
// mistyped key is found. The published schema allows more than this at nearly every place.

const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: text } as const;
const closed = (properties: Record<string, unknown>, required: readonly string[] = []): SchemaObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const named = (schema: unknown): SchemaObject => ({
  type: 'object',
  additionalProperties: false,
  patternProperties: { '^[a-zA-Z0-9._-]+$': schema },
});
const duration = { type: 'string', pattern: '^([0-9]+(us|ms|s|m|h))+$' } as const;
const bytes = { type: 'string', pattern: '^[0-9]+(b|k|m|g|kb|mb|gb)$' } as const;
const count = {
  anyOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', pattern: '^[0-9]+$' },
  ],
} as const;

const healthcheck = closed({
  disable: { type: 'boolean' },
  test: { type: 'array', minItems: 2, items: text, prefixItems: [{ enum: ['CMD', 'CMD-SHELL'] }] },
  interval: duration,
  timeout: duration,
  start_period: duration,
  retries: count,
});

const service = closed(
  {
    image: text,
    build: closed({ context: text }),
    pull_policy: { enum: ['always', 'never', 'if_not_present', 'missing', 'build'] },
    profiles: texts,
    entrypoint: texts,
    command: { type: 'array', items: text },
    // Values that YAML would take for a number or a yes must be quoted, or engines disagree about them.
    environment: named({ type: 'string' }),
    env_file: { type: 'array', items: closed({ path: text, required: { type: 'boolean' } }, ['path']) },
    secrets: texts,
    volumes: texts,
    networks: texts,
    network_mode: { enum: ['none'] },
    ports: { type: 'array', items: { type: 'string', pattern: '^[0-9.]+:[0-9]+(-[0-9]+)?:[0-9]+$' } },
    expose: { type: 'array', items: { type: 'string', pattern: '^[0-9]+$' } },
    depends_on: named(
      closed(
        { condition: { enum: ['service_started', 'service_healthy', 'service_completed_successfully'] } },
        ['condition'],
      ),
    ),
    healthcheck,
    restart: { type: 'string', pattern: '^(no|always|unless-stopped|on-failure(:[0-9]+)?)$' },
    init: { type: 'boolean' },
    read_only: { type: 'boolean' },
    tmpfs: texts,
    cap_drop: texts,
    security_opt: texts,
    shm_size: bytes,
    stop_grace_period: duration,
    logging: closed({ driver: text, options: named({ type: 'string' }) }, ['driver']),
    deploy: closed({
      replicas: count,
      resources: closed({
        limits: closed({ cpus: { type: 'string', pattern: '^[0-9.]+$' }, memory: bytes }),
      }),
    }),
  },
  ['image'],
);

/** JSON Schema for docker-compose.yml with defaults filled in and anchors merged. */
export const composeSubset: SchemaObject = {
  type: 'object',
  additionalProperties: false,
  required: ['services'],
  patternProperties: { '^x-': {} },
  properties: {
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' },
    services: named(service),
    secrets: named(closed({ file: text }, ['file'])),
    volumes: named(closed({})),
    networks: named(closed({ internal: { type: 'boolean' } })),
  },
};
