package dev.cdcpipeline.internal.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.LoadMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far Debezium's incremental snapshot has come: the {@code incremental_snapshot_*} fields of an offset. The head of the
 * list of collections is the table being read; a finished table leaves the list.
 */
public final class IncrementalLoadMark implements LoadMark {
    static final String COLLECTIONS = "incremental_snapshot_collections";
    static final String CORRELATION_ID = "incremental_snapshot_correlation_id";
    static final String PRIMARY_KEY = "incremental_snapshot_primary_key";
    static final String MAXIMUM_KEY = "incremental_snapshot_maximum_key";

    private static final String COLLECTION_ID = "incremental_snapshot_collections_id";
    private static final String COLLECTION_CONDITION = "incremental_snapshot_collections_additional_condition";
    private static final String COLLECTION_SURROGATE_KEY = "incremental_snapshot_collections_surrogate_key";
    /** A Java-serialised null. After a restart Debezium reports it until the first row is read, in lower case in 3.6. */
    private static final String NULL_KEY = "ACED000570";

    /** What needs no quotes. */
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_$-]+");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String collections;
    private final @Nullable String correlationId;
    private final @Nullable String primaryKey;
    private final @Nullable String maximumKey;
    private @Nullable List<TableName> remaining;
    private @Nullable String text;

    private IncrementalLoadMark(
            String collections,
            @Nullable String correlationId,
            @Nullable String primaryKey,
            @Nullable String maximumKey) {
        this.collections = collections;
        this.correlationId = correlationId;
        this.primaryKey = primaryKey;
        this.maximumKey = maximumKey;
    }

    /** A load of these tables from their beginning. */
    public static IncrementalLoadMark seed(List<TableName> tables, String correlationId) {
        ArrayNode list = JSON.createArrayNode();
        for (TableName table : tables) {
            list.addObject()
                    .put(COLLECTION_ID, quoted(table))
                    .putNull(COLLECTION_CONDITION)
                    .putNull(COLLECTION_SURROGATE_KEY);
        }
        return new IncrementalLoadMark(list.toString(), correlationId, null, null);
    }

    /** Reads the stored form. */
    public static IncrementalLoadMark parse(String text) {
        ObjectNode fields = BoundaryText.read(text);
        return new IncrementalLoadMark(
                fields.path(COLLECTIONS).asText(),
                fields.path(CORRELATION_ID).asText(null),
                fields.path(PRIMARY_KEY).asText(null),
                fields.path(MAXIMUM_KEY).asText(null));
    }

    /** The mark in an offset of Debezium's, or null when no load runs; {@code last} itself if it says the same. */
    static @Nullable IncrementalLoadMark of(Map<String, ?> offset, @Nullable IncrementalLoadMark last) {
        Object collections = offset.get(COLLECTIONS);
        if (collections == null) {
            return null;
        }
        Object primaryKey = offset.get(PRIMARY_KEY);
        Object maximumKey = offset.get(MAXIMUM_KEY);
        if (last != null
                && last.collections.equals(collections)
                && Objects.equals(last.primaryKey, primaryKey)
                && Objects.equals(last.maximumKey, maximumKey)) {
            return last;
        }
        return new IncrementalLoadMark(
                (String) collections, (String) offset.get(CORRELATION_ID), (String) primaryKey, (String) maximumKey);
    }

    /**
     * Debezium reads a name in quotes, whatever is in it, and writes it back without. What it wrote is told apart only as long as
     * names have no dot and no double quote, which a load beside the stream refuses.
     */
    private static String quoted(TableName table) {
        return quoted(table.schema()) + "." + quoted(table.name());
    }

    private static String quoted(String identifier) {
        return PLAIN.matcher(identifier).matches() ? identifier : '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** As Debezium reads it. */
    private String readable() {
        ArrayNode list = JSON.createArrayNode();
        try {
            for (JsonNode collection : JSON.readTree(collections)) {
                ObjectNode copy = collection.deepCopy();
                list.add(copy.put(
                        COLLECTION_ID,
                        quoted(TableName.parse(copy.path(COLLECTION_ID).asText()))));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a list of collections: " + collections, e);
        }
        return list.toString();
    }

    /** Names the load: tables that are read by the same request share it. */
    public @Nullable String correlationId() {
        return correlationId;
    }

    @Override
    public List<TableName> remaining() {
        if (remaining == null) {
            List<TableName> tables = new ArrayList<>();
            try {
                for (JsonNode collection : JSON.readTree(collections)) {
                    tables.add(TableName.parse(collection.path(COLLECTION_ID).asText()));
                }
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("not a list of collections: " + collections, e);
            }
            remaining = List.copyOf(tables);
        }
        return remaining;
    }

    /**
     * The null key has two meanings. With the same list it is "not reported yet after a restart", and the stored key is kept:
     * otherwise each crash would begin the table anew. With a shorter list it is "nothing read of the next table yet", and the
     * stored key must go: it would skip the next table's rows.
     */
    @Override
    public LoadMark mergedWith(@Nullable LoadMark stored) {
        if (stored instanceof IncrementalLoadMark known
                && known.remaining().equals(remaining())
                && NULL_KEY.equalsIgnoreCase(primaryKey)
                && known.primaryKey != null
                && !NULL_KEY.equalsIgnoreCase(known.primaryKey)) {
            return known;
        }
        return this;
    }

    @Override
    public String text() {
        if (text == null) {
            ObjectNode fields = JSON.createObjectNode();
            fields.put(COLLECTIONS, readable());
            putIfPresent(fields, CORRELATION_ID, correlationId);
            putIfPresent(fields, PRIMARY_KEY, primaryKey);
            putIfPresent(fields, MAXIMUM_KEY, maximumKey);
            text = fields.toString();
        }
        return text;
    }

    private static void putIfPresent(ObjectNode fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    @Override
    public String toString() {
        return text();
    }
}
