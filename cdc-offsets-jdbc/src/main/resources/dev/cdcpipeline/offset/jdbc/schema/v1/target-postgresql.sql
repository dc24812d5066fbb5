-- What each JDBC target keeps in its own database, beside the rows it writes. Version 1, PostgreSQL 13 or later.
-- Made by SchemaMode.CREATE in the first schema of the search path; run it yourself for SchemaMode.VALIDATE.
-- The target's user needs SELECT, INSERT, UPDATE and DELETE on all tables.

-- How far a target has come. Each transaction that writes rows begins with an update of its row here: the fence, the lock
-- and the offset in one statement. It is updated all the time and has no other index, so that the updates stay in its page.
create table if not exists cdc_offset (
    pipeline   text        not null,
    shard      text        not null,
    target     text        not null,
    epoch      bigint      not null,
    sequence   bigint      not null,
    boundary   text,
    position   text,
    load_state text,
    updated_at timestamptz not null,
    primary key (pipeline, shard, target)
) with (fillfactor = 50);

-- Rows of a table that is being loaded whose large values are known to nobody yet: an update without them came first. They
-- are struck off when the row comes; a load that ends with one left is repeated.
create table if not exists cdc_missing_row (
    pipeline     text not null,
    shard        text not null,
    target       text not null,
    source_table text not null,
    view         text not null,
    row_key      text not null,
    primary key (pipeline, shard, target, source_table, view, row_key)
);

-- Keys of rows that a replacing load of a table, or the stream beside it, has brought. When the load ends, rows of the view
-- that are not here do not exist at the source any more and are removed; then the keys go, too.
create table if not exists cdc_loaded_row (
    pipeline     text not null,
    shard        text not null,
    target       text not null,
    source_table text not null,
    view         text not null,
    row_key      text not null,
    primary key (pipeline, shard, target, source_table, view, row_key)
);

-- How a mirrored source table was shaped when its last row was written, and whether it was altered since it was read as a whole:
-- then it is loaded again. One without a key is not, and its older rows lack what they have in added_columns. One row for each mirror
-- and shard.
create table if not exists cdc_mirror (
    pipeline      text    not null,
    shard         text    not null,
    target        text    not null,
    source_table  text    not null,
    view          text    not null,
    column_names  text[]  not null,
    column_types  text[]  not null,
    key_columns   text[]  not null,
    outdated      boolean not null,
    added_columns text[]  not null,
    primary key (pipeline, shard, target, source_table, view)
);

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
