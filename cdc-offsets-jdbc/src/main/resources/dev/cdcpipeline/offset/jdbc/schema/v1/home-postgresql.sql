-- What JdbcOffsets keeps in the pipeline's home database. Version 1, PostgreSQL 13 or later.
-- Made by SchemaMode.CREATE in the first schema of the search path; run it yourself for SchemaMode.VALIDATE.
-- The pipeline's user needs SELECT, INSERT and UPDATE on all tables, and DELETE on cdc_member and cdc_slot.

-- Who runs a shard, until when. The epoch grows by one with each acquisition, and a write with an older one is refused. A row
-- stays when its lease has ended, because the next epoch follows from it.
create table if not exists cdc_lease (
    pipeline   text        not null,
    shard      text        not null,
    owner      text        not null,
    epoch      bigint      not null,
    claimed_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (pipeline, shard)
) with (fillfactor = 50);

-- Which instances of a pipeline are alive, until when unless they say so again.
create table if not exists cdc_member (
    pipeline   text        not null,
    owner      text        not null,
    joined_at  timestamptz not null,
    expires_at timestamptz not null,
    primary key (pipeline, owner)
) with (fillfactor = 50);

-- What is known of a shard's replication slot, written before the slot is made and again after it. The gap is what was seen to be
-- lost at the source and not loaded anew; a restart of the shard that was asked for later says that it was seen to.
create table if not exists cdc_slot (
    pipeline          text        not null,
    shard             text        not null,
    slot_name         text        not null,
    phase             text        not null,
    system_identifier text        not null,
    timeline          int         not null,
    boundary          text,
    position          text,
    gap               text,
    gap_restarts      bigint      not null,
    epoch             bigint      not null,
    updated_at        timestamptz not null,
    primary key (pipeline, shard)
);

-- What operators ask of a shard: to stand still until it is resumed, and how often to start a new engine.
create table if not exists cdc_shard_control (
    pipeline   text        not null,
    shard      text        not null,
    paused     boolean     not null,
    paused_by  text        not null,
    restarts   bigint      not null,
    changed_at timestamptz not null,
    primary key (pipeline, shard)
);

-- Requests to read tables again, one row for each shard, and what became of them. Rows that have ended are yours to delete.
create table if not exists cdc_backfill (
    pipeline     text        not null,
    id           text        not null,
    shard        text        not null,
    target       text        not null,
    projection   text        not null,
    tables       text[]      not null,
    state        text        not null,
    note         text        not null,
    requested_at timestamptz not null,
    started_at   timestamptz,
    ended_at     timestamptz,
    primary key (pipeline, id, shard)
);

-- Each shard looks for what is open once a second.
create index if not exists cdc_backfill_open on cdc_backfill (pipeline, shard) where ended_at is null;
