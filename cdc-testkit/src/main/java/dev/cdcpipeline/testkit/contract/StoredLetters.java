package dev.cdcpipeline.testkit.contract;

import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.LetterRow;
import dev.cdcpipeline.deadletter.NewLetter;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes letters of orders with id, customer and note, each at a later place of the stream than the one before. */
public final class StoredLetters {
    public static final TableName ORDERS = TableName.parse("orders");
    public static final RowLayout LAYOUT =
            new RowLayout(List.of("id", "customer", "note"), List.of("bigint", "shop.\"Customer\"", "text[]"));
    private static final RowLayout KEY = new RowLayout(List.of("id"), List.of("bigint"));
    private static final Instant COMMITTED = Instant.parse("2026-03-01T10:00:00.123456Z");

    private final String shard;
    private long place;

    public StoredLetters(String shard) {
        this.shard = shard;
    }

    /** An update of a row that has failed three times. */
    public NewLetter failed(String projection, String id) {
        return failed(projection, update(id, "c", null));
    }

    public NewLetter failed(String projection, LetterChange change) {
        return new NewLetter(
                projection,
                change,
                keys(change),
                3,
                Optional.of(new LetterError("java.sql.SQLException", "Check \"positive\" violated", "at x\nat y")),
                COMMITTED.plusSeconds(1),
                Optional.empty());
    }

    /** An update of a row that waits behind another. */
    public NewLetter behind(String projection, String id) {
        LetterChange change = update(id, "c", null);
        return NewLetter.behind(projection, change, keys(change));
    }

    /** A delete and a create that are one update of a key. */
    public List<NewLetter> moved(String projection, String from, String to) {
        place++;
        LetterChange delete = new LetterChange(source(0), Operation.DELETE, key(from), null, null, null, Set.of());
        LetterChange create =
                new LetterChange(source(1), Operation.CREATE, key(to), key(from), null, row(to, "c", null), Set.of());
        return List.of(failed(projection, delete), failed(projection, create));
    }

    public LetterChange update(String id, @Nullable String customer, @Nullable String note) {
        return update(row(id, customer, note));
    }

    public LetterChange update(LetterRow row) {
        place++;
        return new LetterChange(
                source(0), Operation.UPDATE, key(String.valueOf(row.texts().get(0))), null, null, row, Set.of());
    }

    /** A change of a row of a table without a key. */
    public LetterChange keyless(LetterRow before, LetterRow after) {
        place++;
        return new LetterChange(source(0), Operation.UPDATE, null, null, before, after, Set.of());
    }

    public LetterChange change(Operation operation) {
        place++;
        return new LetterChange(source(0), operation, null, null, null, null, Set.of());
    }

    public static LetterRow row(@Nullable String... texts) {
        return new LetterRow(LAYOUT, Arrays.asList(texts), Set.of());
    }

    private static LetterRow key(String id) {
        return new LetterRow(KEY, List.of(id), Set.of());
    }

    /** The key of an order by its id. */
    public static String keyOf(String id) {
        return LetterKeys.of(ORDERS, List.of(id));
    }

    private static Set<String> keys(LetterChange change) {
        LetterRow key = change.key();
        if (key == null) {
            return Set.of(LetterKeys.wholeTable(ORDERS));
        }
        LetterRow previous = change.previousKey();
        return previous == null
                ? Set.of(LetterKeys.of(ORDERS, key.texts()))
                : Set.of(LetterKeys.of(ORDERS, key.texts()), LetterKeys.of(ORDERS, previous.texts()));
    }

    private ChangeSource source(int ordinal) {
        return new ChangeSource(shard, ORDERS, 700 + place, COMMITTED, new Position(place, 16 * place, ordinal));
    }
}
