-- What JdbcOffsets keeps in the pipeline's home database. Version 1, PostgreSQL 13 or later.
-- Made by SchemaMode.CREATE in the first schema of the search path; run it yourself for SchemaMode.VALIDATE.
-- The pipeline's user needs SELECT, INSERT and UPDATE on all tables, and DELETE on cdc_member, cdc_slot and
-- cdc_dead_letter.

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
    repairing         text[]      not null,
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

-- What is to be done with dead letters, one row for each shard and target, and what came of it. Rows that have ended are yours to
-- delete.
create table if not exists cdc_letter_order (
    pipeline     text        not null,
    id           text        not null,
    shard        text        not null,
    target       text        not null,
    filter       jsonb       not null,
    action       text        not null,
    reason       text        not null,
    state        text        not null,
    done         bigint      not null,
    failed       bigint      not null,
    note         text        not null,
    requested_at timestamptz not null,
    ended_at     timestamptz,
    primary key (pipeline, id, shard, target)
);

create index if not exists cdc_letter_order_open on cdc_letter_order (pipeline, shard) where ended_at is null;

-- Changes that a projection failed at, and those of the same rows that wait behind them: in order by id, for each target and shard.
-- Rows are JSON objects of PostgreSQL's own texts by column, in the order of the columns; null is NULL, and a value that the source
-- did not send is {"unchanged": true}. Discarded letters are kept to be looked at and are yours to delete; parked ones are not:
-- their rows would stay wrong until their next change.
create table if not exists cdc_dead_letter (
    id              bigint generated always as identity primary key,
    pipeline        text        not null,
    shard           text        not null,
    target          text        not null,
    projection      text        not null,
    source_table    text        not null,
    operation       text        not null,
    keys            text[]      not null,
    row_key         json,
    previous_key    json,
    before          json,
    after           json,
    original        json,
    column_types    json        not null,
    reread          text[]      not null,
    position        text        not null,
    transaction_id  bigint      not null,
    committed_at    timestamptz not null,
    state           text        not null,
    attempts        int         not null,
    error_class     text,
    error_message   text,
    error_stack     text,
    parked_at       timestamptz not null,
    first_failed_at timestamptz not null,
    last_failed_at  timestamptz not null,
    note            text        not null
);

-- What a shard reads when it starts, replays and cuts: its own letters in order. There is no index by key: keys can be longer than
-- an index takes, and a shard holds those of its parked letters in memory.
create index if not exists cdc_dead_letter_order on cdc_dead_letter (pipeline, shard, target, state, id);

-- A change is stored once, also where the target's offset cannot be moved in the same transaction. Rows that loads read have no
-- position of their own.
create unique index if not exists cdc_dead_letter_once
    on cdc_dead_letter (pipeline, shard, target, projection, position, transaction_id, committed_at, operation)
    where operation <> 'READ';
