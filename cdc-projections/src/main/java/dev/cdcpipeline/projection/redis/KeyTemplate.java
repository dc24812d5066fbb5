package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.SchemaDrift;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A text with columns in braces, such as {@code order:{id}}. {@code {shard}}, {@code {schema}} and {@code {table}} stand for where a
 * row comes from. <code>{{</code> and <code>}}</code> are braces themselves.
 *
 * <p>No two rows with different values give one text: in a value that another placeholder follows, the character that ends it and
 * the backslash get a backslash before them. Immutable.
 */
final class KeyTemplate {
    private static final String SHARD = "shard";
    private static final char ESCAPE = '\\';

    /** A literal, and the name of the value after it; null for the last literal. */
    private record Part(String literal, @Nullable String name) {}

    private final String source;
    private final List<Part> parts;
    private final List<String> names;

    private KeyTemplate(String source, List<Part> parts) {
        this.source = source;
        this.parts = List.copyOf(parts);
        this.names = this.parts.stream()
                .map(Part::name)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** @throws IllegalArgumentException if braces do not match, or nothing is between two placeholders */
    static KeyTemplate parse(String text, TableName table) {
        Map<String, String> known = Map.of("schema", table.schema(), "table", table.name());
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if ((c == '{' || c == '}') && at + 1 < text.length() && text.charAt(at + 1) == c) {
                literal.append(c);
                at += 2;
            } else if (c == '{') {
                int end = text.indexOf('}', at);
                String name = end < 0 ? "" : text.substring(at + 1, end);
                if (name.isBlank()) {
                    throw new IllegalArgumentException("'" + text + "': no column after '{' at " + at
                            + "; a column is written {name}, a brace itself {{ or }}");
                }
                if (known.containsKey(name)) {
                    literal.append(known.get(name));
                } else {
                    requireApart(text, parts, literal, name);
                    parts.add(new Part(literal.toString(), name));
                    literal.setLength(0);
                }
                at = end + 1;
            } else if (c == '}') {
                throw new IllegalArgumentException(
                        "'" + text + "': nothing is closed by '}' at " + at + "; a brace itself is written }}");
            } else {
                literal.append(c);
                at++;
            }
        }
        parts.add(new Part(literal.toString(), null));
        return new KeyTemplate(text, parts);
    }

    private static void requireApart(String text, List<Part> before, StringBuilder literal, String name) {
        if (!before.isEmpty() && literal.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "': {" + name + "} follows another value directly, so that"
                    + " different values could give one text; put a character between them");
        }
    }

    /** The same after a text that is taken as it is. */
    KeyTemplate prefixed(String prefix) {
        List<Part> longer = new ArrayList<>(parts);
        longer.set(0, new Part(prefix + parts.get(0).literal(), parts.get(0).name()));
        return new KeyTemplate(prefix + source, longer);
    }

    /** What is in braces, in order, each once; {@code shard} for the shard. */
    List<String> names() {
        return names;
    }

    /** The columns, without the shard. */
    Set<String> columns() {
        Set<String> columns = new TreeSet<>(names);
        columns.remove(SHARD);
        return columns;
    }

    /**
     * The text for a row.
     *
     * @return null if a column of it is null
     * @throws SchemaDrift if the row has no such column
     */
    @Nullable
    String render(String shard, Row row) {
        return render(name -> name.equals(SHARD) ? shard : text(row, name));
    }

    private @Nullable String text(Row row, String column) {
        int index = row.layout().indexOf(column);
        if (index < 0) {
            throw new SchemaDrift("'" + source + "' needs column '" + column + "', the row has "
                    + row.layout().columns() + "; was it renamed at the source?");
        }
        return row.text(index);
    }

    /**
     * The text for values that somebody gives.
     *
     * @param values one for each of {@link #names()}, in their order, as {@link PlainText} takes them
     * @throws IllegalArgumentException if it is another number of values, or one cannot be taken
     */
    String render(Object... values) {
        if (values.length != names.size()) {
            throw new IllegalArgumentException(
                    "'" + source + "' takes " + names.size() + " values, " + names + ", not " + values.length);
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            byName.put(names.get(i), values[i]);
        }
        return render(byName);
    }

    /** The same with values by name; what is not in braces is ignored. */
    String render(Map<String, ?> values) {
        return Objects.requireNonNull(render(name -> {
            Object value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("'" + source + "' needs a value for '" + name + "'");
            }
            return PlainText.of(value);
        }));
    }

    /** What texts look like, with names in braces: equal for those that make the same texts. */
    String form() {
        return render(names.stream().map(name -> "{" + name + "}").toArray());
    }

    private @Nullable String render(Function<String, @Nullable String> values) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            text.append(parts.get(i).literal());
            String name = parts.get(i).name();
            if (name != null) {
                String value = values.apply(name);
                if (value == null) {
                    return null;
                }
                boolean isLast = i == parts.size() - 2;
                append(text, value, isLast ? ESCAPE : parts.get(i + 1).literal().charAt(0), isLast);
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String value, char end, boolean isLast) {
        if (isLast || (value.indexOf(end) < 0 && value.indexOf(ESCAPE) < 0)) {
            text.append(value);
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == end || c == ESCAPE) {
                text.append(ESCAPE);
            }
            text.append(c);
        }
    }

    /** As it was written. */
    @Override
    public String toString() {
        return source;
    }
}
