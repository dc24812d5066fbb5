package dev.cdcpipeline.shard;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Debezium's own settings that the pipeline owns, each with the reason why a user cannot set it. */
final class ForcedProperties {
    private static final String FROM_PROJECTIONS = "it follows from the projections";

    private static final String NO_CHANGE = "no record may be changed or left out";
    private static final String TEXTS = "values are carried as PostgreSQL's own texts";

    /** With any other the driver closes the connection, which Debezium opens again without end. */
    private static final Pattern ENDS_CONNECTION = Pattern.compile(
            "datestyle|client_encoding|\\bset\\s+((session|local)\\s+)?names\\b", Pattern.CASE_INSENSITIVE);

    private static final Map<String, String> REASONS = new TreeMap<>(Map.ofEntries(
            Map.entry("name", "it is part of the offset's key"),
            Map.entry("topic.prefix", "it is part of the offset's key"),
            Map.entry("connector.class", "the pipeline brings its own subclass"),
            Map.entry("tasks.max", "a slot has one reader"),
            Map.entry("plugin.name", "only pgoutput is supported"),
            Map.entry("slot.name", "set it with slot(...)"),
            Map.entry("publication.name", "set it with publication(...)"),
            Map.entry("publication.autocreate.mode", "start() creates or verifies the publication"),
            Map.entry("slot.drop.on.stop", "the slot holds the changes that are not applied yet"),
            Map.entry("table.include.list", FROM_PROJECTIONS),
            Map.entry("snapshot.mode", "set it with firstLoad(...)"),
            Map.entry("read.only", "the first load relies on it"),
            Map.entry("signal.enabled.channels", "the first load is started by the stored boundary"),
            Map.entry("tombstones.on.delete", "a delete is one change"),
            Map.entry("skipped.operations", "no operation may be lost"),
            Map.entry("provide.transaction.metadata", "whole transactions are put together by it"),
            Map.entry("lsn.flush.mode", "the slot may never be ahead of the stored boundary"),
            Map.entry("flush.lsn.source", "the slot may never be ahead of the stored boundary"),
            Map.entry("offset.mismatch.strategy", "other strategies skip changes silently"),
            Map.entry("heartbeat.interval.ms", "set it with heartbeat(...)"),
            Map.entry("heartbeat.action.query", "an idle database needs exactly this one"),
            Map.entry("message.prefix.include.list", "logical messages are not captured"),
            Map.entry("message.prefix.exclude.list", "logical messages are not captured"),
            Map.entry("unavailable.value.placeholder", TEXTS),
            Map.entry("decimal.handling.mode", TEXTS),
            Map.entry("time.precision.mode", TEXTS),
            Map.entry("interval.handling.mode", TEXTS),
            Map.entry("binary.handling.mode", TEXTS),
            Map.entry("hstore.handling.mode", TEXTS),
            Map.entry("database.hostname", "set it with host(...)"),
            Map.entry("database.port", "set it with port(...)"),
            Map.entry("database.dbname", "set it with database(...)"),
            Map.entry("database.user", "set it with user(...)"),
            Map.entry("database.password", "set it with password(...)"),
            Map.entry("database.binaryTransfer", TEXTS),
            Map.entry("database.stringtype", TEXTS),
            Map.entry("include.unknown.datatypes", TEXTS),
            Map.entry("money.fraction.digits", TEXTS),
            Map.entry("schema.refresh.mode", "a table is read as the stream describes it"),
            Map.entry("slot.stream.params", "the stream is read in one form"),
            Map.entry("slot.seek.to.known.offset.on.start", "the slot moves with the stored boundary only"),
            Map.entry("replica.identity.autoset.values", "start() checks it and changes no table"),
            Map.entry("publish.via.partition.root", "it is read from the publication"),
            Map.entry("max.batch.size", "set it with batchSize(...) of the pipeline"),
            Map.entry("notification.enabled.channels", "results of the first load arrive there"),
            Map.entry("cdc.pipeline.token", "it names the running engine"),
            Map.entry("event.processing.failure.handling.mode", "no change may be skipped"),
            Map.entry(
                    "event.converting.failure.handling.mode",
                    "no value may become null because it cannot be converted"),
            Map.entry("errors.max.retries", "it counts over the engine's whole life"),
            Map.entry("executor.shutdown.timeout.ms", "close() relies on it"),
            Map.entry("incremental.snapshot.chunk.size", "above snapshot.fetch.size a table is skipped silently"),
            Map.entry("snapshot.fetch.size", "below the chunk size a table is skipped silently"),
            Map.entry("column.propagate.source.type", TEXTS),
            Map.entry("converters", TEXTS),
            Map.entry("sourceinfo.struct.maker", "records carry what the pipeline reads of their source"),
            Map.entry("extended.headers.enabled", "nobody reads headers of records"),
            Map.entry("field.name.adjustment.mode", "columns are known by their own names"),
            Map.entry("message.key.columns", "the key is the table's own"),
            Map.entry("table.exclude.list", FROM_PROJECTIONS),
            Map.entry("schema.include.list", FROM_PROJECTIONS),
            Map.entry("schema.exclude.list", FROM_PROJECTIONS),
            Map.entry("column.include.list", FROM_PROJECTIONS),
            Map.entry("column.exclude.list", FROM_PROJECTIONS),
            Map.entry("predicates", NO_CHANGE),
            Map.entry("transforms", NO_CHANGE)));

    /** By what their names begin with; no name begins with two of these. */
    private static final Map<String, String> FAMILIES = Map.of(
            "offset.",
            "offsets are kept by the targets",
            "transforms.",
            NO_CHANGE,
            "predicates.",
            NO_CHANGE,
            "cdctext.",
            TEXTS,
            "column.",
            TEXTS + "; change them in a projection",
            "snapshot.",
            "a load brings every row, and a snapshot all of one moment; see firstLoad(...)",
            "internal.",
            "internal settings of Debezium are not for users");

    private ForcedProperties() {}

    /** @throws IllegalArgumentException if the pipeline owns this setting, or what the value sets, with the reason */
    static void refuse(String key, String value) {
        refuse(key);
        if (key.equals("database.initial.statements")
                && ENDS_CONNECTION.matcher(value).find()) {
            throw new IllegalArgumentException(
                    "connector setting '" + key
                            + "' may not set DateStyle or client_encoding: the driver reads ISO dates and UTF-8 only; leave it out");
        }
    }

    private static void refuse(String key) {
        String reason = REASONS.get(key);
        for (Map.Entry<String, String> family : FAMILIES.entrySet()) {
            if (reason == null && key.startsWith(family.getKey())) {
                reason = family.getValue();
            }
        }
        if (reason != null) {
            throw new IllegalArgumentException("connector setting '" + key + "' is not yours to set: " + reason);
        }
    }
}
