package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterJson;
import dev.cdcpipeline.deadletter.LetterRow;
import dev.cdcpipeline.deadletter.NewLetter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores letters of one target and shard, a batch at a time. */
final class LetterInsert {
    /** How many characters of rows wait for a round trip: the driver holds them all. */
    private static final int BATCH_CHARACTERS = 4_000_000;

    private static final String INSERT = """
            insert into cdc_dead_letter (pipeline, shard, target, projection, source_table, operation, keys, row_key,
                previous_key, before, after, column_types, reread, position, transaction_id, committed_at, state, attempts,
                error_class, error_message, error_stack, parked_at, first_failed_at, last_failed_at, note)
            select ?, ?, ?, ?, ?, ?, ?, ?::json, ?::json, ?::json, ?::json, ?::json, ?, ?, ?, ?, ?, ?, ?, ?, ?, now(), failed,
                greatest(failed, now()), ?
            from (select ?::timestamptz) given (failed)""";
    private static final String UNLESS_THERE = """

            on conflict (pipeline, shard, target, projection, position, transaction_id, committed_at, operation)
                where operation <> 'READ' do nothing""";

    private final String pipeline;
    private final String shard;
    private final String target;

    LetterInsert(String pipeline, String shard, String target) {
        this.pipeline = pipeline;
        this.shard = shard;
        this.target = target;
    }

    void all(Connection connection, List<NewLetter> letters) throws SQLException {
        run(connection, INSERT, letters);
    }

    /** Those that were not there. */
    List<NewLetter> missing(Connection connection, List<NewLetter> letters) throws SQLException {
        return run(connection, INSERT + UNLESS_THERE, letters);
    }

    private List<NewLetter> run(Connection connection, String sql, List<NewLetter> letters) throws SQLException {
        List<NewLetter> stored = new ArrayList<>();
        List<NewLetter> batch = new ArrayList<>();
        StorableText storable = StorableText.in(connection);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            long characters = 0;
            for (NewLetter letter : letters) {
                characters += bind(connection, statement, letter, storable);
                statement.addBatch();
                batch.add(letter);
                if (characters > BATCH_CHARACTERS) {
                    stored.addAll(execute(statement, batch));
                    characters = 0;
                }
            }
            stored.addAll(execute(statement, batch));
        }
        return stored;
    }

    private static List<NewLetter> execute(PreparedStatement statement, List<NewLetter> batch) throws SQLException {
        List<NewLetter> stored = new ArrayList<>();
        int[] counts = statement.executeBatch();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                stored.add(batch.get(i));
            }
        }
        batch.clear();
        return stored;
    }

    /** Returns about how many characters it has bound. */
    private long bind(Connection connection, PreparedStatement statement, NewLetter letter, StorableText storable)
            throws SQLException {
        LetterChange change = letter.change();
        ChangeSource source = change.source();
        @Nullable LetterError error = letter.error().orElse(null);
        @Nullable
        String[] rows = {
            json(change.key(), storable),
            json(change.previousKey(), storable),
            json(change.before(), storable),
            json(change.after(), storable)
        };
        @Nullable
        Object[] values = {
            pipeline,
            shard,
            target,
            letter.projection(),
            source.table().toString(),
            change.operation().name(),
            array(connection, letter.keys()),
            rows[0],
            rows[1],
            rows[2],
            rows[3],
            storable.json(LetterJson.types(change)),
            array(connection, change.reread()),
            source.position().toString(),
            source.transactionId(),
            moment(source.commitTime()),
            (letter.discarded().isPresent() ? DeadLetter.State.DISCARDED : DeadLetter.State.PARKED).name(),
            letter.attempts(),
            error == null ? null : storable.text(error.type()),
            error == null ? null : storable.text(error.message()),
            error == null ? null : storable.text(error.stack()),
            storable.text(letter.discarded().orElse("")),
            moment(letter.firstFailedAt())
        };
        long characters = 0;
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        for (String row : rows) {
            characters += row == null ? 0 : row.length();
        }
        return characters;
    }

    private static @Nullable String json(@Nullable LetterRow row, StorableText storable) {
        return row == null ? null : storable.json(LetterJson.row(row));
    }

    private static java.sql.Array array(Connection connection, Collection<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    static OffsetDateTime moment(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
