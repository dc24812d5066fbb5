-- What JdbcOffsets keeps in the pipeline's home database. Version 1, PostgreSQL 13 or later.
-- Made by SchemaMode.CREATE in the first schema of the search path; run it yourself for SchemaMode.VALIDATE.
-- The pipeline's user needs SELECT, INSERT and UPDATE on both tables.

-- Who owns a shard. The epoch grows by one with each claim, and a write with an older one is refused.
create table if not exists cdc_lease (
    pipeline   text        not null,
    shard      text        not null,
    owner      text        not null,
    epoch      bigint      not null,
    claimed_at timestamptz not null,
    primary key (pipeline, shard)
);

-- What is known of a shard's replication slot, written before the slot is made and again after it.
create table if not exists cdc_slot (
    pipeline          text        not null,
    shard             text        not null,
    slot_name         text        not null,
    phase             text        not null,
    system_identifier text        not null,
    boundary          text,
    position          text,
    epoch             bigint      not null,
    updated_at        timestamptz not null,
    primary key (pipeline, shard)
);
