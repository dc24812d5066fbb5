package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.failure.CdcException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The Redis key of a row that has one of its own: by a template, or by a function of the user's, over its key columns. */
sealed interface EntryKey {

    /** @throws CdcException if there is none */
    String of(String shard, Row key);

    /**
     * The key of a row by values that somebody gives.
     *
     * @throws IllegalStateException if it is made by a function
     */
    String of(Object... values);

    /** What keys look like, as far as that is known: equal for those that make the same keys. */
    String form();

    /** Whether {@link #form} tells it. */
    default boolean isKnown() {
        return this instanceof Template;
    }

    /** @throws CdcException if it is not made of the table's key */
    void check(String who, TableDefinition table);

    /** @param template of key columns, all of them */
    record Template(KeyTemplate template) implements EntryKey {

        @Override
        public String of(String shard, Row key) {
            String text = template.render(shard, key);
            if (text == null) {
                throw new CdcException("'" + template + "' needs values, but a column of the row's key is null");
            }
            return text;
        }

        @Override
        public String of(Object... values) {
            return template.render(values);
        }

        @Override
        public String form() {
            return template.form();
        }

        @Override
        public void check(String who, TableDefinition table) {
            requireKey(who, template, table);
        }
    }

    /** @param function over a row of key columns */
    record Computed(Function<Row, String> function) implements EntryKey {

        @Override
        public String of(String shard, Row key) {
            String text = function.apply(key);
            if (text == null) {
                throw new CdcException("the function of the key has given null; every row needs a key");
            }
            return text;
        }

        @Override
        public String of(Object... values) {
            throw new IllegalStateException("the key is made by a function of a row; give the Redis key itself");
        }

        @Override
        public String form() {
            return "computed";
        }

        @Override
        public void check(String who, TableDefinition table) {}
    }

    /** Sees to it that a template names all columns of the table's key, and no other. */
    static void requireKey(String who, KeyTemplate template, TableDefinition table) {
        Set<String> others = new TreeSet<>(template.columns());
        table.key().forEach(others::remove);
        if (!others.isEmpty()) {
            throw new CdcException(who + ": '" + template + "' names " + others + ", but the key of " + table.name()
                    + " is " + table.key() + ", and a delete carries nothing else; use columns of the key, or make "
                    + others + " part of it (REPLICA IDENTITY USING INDEX)");
        }
        Set<String> missing = new TreeSet<>(table.key());
        missing.removeAll(template.columns());
        if (!missing.isEmpty()) {
            throw new CdcException(who + ": '" + template + "' lacks " + missing + " of the key of " + table.name()
                    + ", so that several rows would share one place; add {"
                    + String.join("}, {", missing) + "}");
        }
    }
}
