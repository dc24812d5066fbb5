package dev.cdcpipeline.copy;

import dev.cdcpipeline.copy.TableShape.Column;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Ways to alter a table. The server refuses some of them for some tables, which is no harm. Types only get wider, as far as the
 * copies' columns are concerned, which keep all that they had.
 */
enum Alteration {
    ADD_COLUMN {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            return List.of(add(shape, names, anyType(dice), ""));
        }
    },
    ADD_COLUMN_WITH_DEFAULT {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            String type = anyType(dice);
            return List.of(
                    add(shape, names, type, (dice.nextBoolean() ? " not null" : "") + " default " + value(type, dice)));
        }
    },
    ADD_COLUMN_WITH_COMPUTED_DEFAULT {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            return List.of(add(shape, names, "text", " not null default md5(random()::text)"));
        }
    },
    DROP_COLUMN {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            return shape.columns().size() == 1
                    ? ADD_COLUMN.statements(shape, dice, names)
                    : List.of(alter(shape) + "drop column " + shape.any(dice).sql());
        }
    },
    RENAME_COLUMN {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            return List.of(
                    alter(shape) + "rename column " + shape.any(dice).sql() + " to " + TableShape.quoted(names.next()));
        }
    },
    CHANGE_TYPE {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            Column column = shape.any(dice);
            List<String> wider = WIDER.getOrDefault(column.type(), List.of("text"));
            String type = wider.get(dice.nextInt(wider.size()));
            return List.of(alter(shape) + "alter column " + column.sql() + " type " + type + " using " + column.sql()
                    + "::" + type);
        }
    },
    NOT_NULL {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            Column column = shape.any(dice);
            return List.of(alter(shape) + "alter column " + column.sql() + (column.notNull() ? " drop" : " set")
                    + " not null");
        }
    },
    DROP_KEY {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            return List.of(alter(shape) + "drop constraint " + shape.table() + "_pkey");
        }
    },
    CHANGE_KEY {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            Optional<Column> column = shape.anyForKey(dice);
            if (column.isEmpty()) {
                return ADD_COLUMN.statements(shape, dice, names);
            }
            String columns = column.get().sql();
            String other = shape.anyForKey(dice).orElseThrow().sql();
            String key = alter(shape) + "add constraint " + shape.table() + "_pkey primary key (" + columns
                    + (dice.nextBoolean() || other.equals(columns) ? "" : ", " + other) + ")";
            return shape.key().isEmpty()
                    ? List.of(key)
                    : List.of(key.replace(
                            "add constraint", "drop constraint " + shape.table() + "_pkey, add constraint"));
        }
    },
    REPLICA_IDENTITY {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            String index = shape.table() + "_"
                    + names.next().toLowerCase(java.util.Locale.ROOT).replaceAll("\\W", "");
            Optional<Column> column = shape.anyForKey(dice);
            return switch (dice.nextInt(column.isEmpty() ? 2 : 3)) {
                case 0 -> List.of(alter(shape) + "replica identity default");
                case 1 -> List.of(alter(shape) + "replica identity full");
                default ->
                    List.of(
                            alter(shape) + "alter column "
                                    + column.orElseThrow().sql() + " set not null",
                            "create unique index " + index + " on " + shape.table() + " ("
                                    + column.get().sql() + ")",
                            alter(shape) + "replica identity using index " + index);
            };
        }
    },
    CREATE_AGAIN {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            return List.of(
                    "drop table " + shape.table(),
                    "create table " + shape.table() + " ("
                            + shape.columns().stream()
                                    .map(column ->
                                            column.sql() + " " + column.type() + (column.notNull() ? " not null" : ""))
                                    .collect(Collectors.joining(", "))
                            + (shape.key().isEmpty() ? "" : ", primary key (" + list(shape.key()) + ")") + ")");
        }
    },
    CREATE_OTHER {
        @Override
        List<String> statements(TableShape shape, Random dice, ColumnNames names) {
            return List.of("drop table " + shape.table(), create(shape.table(), dice, names));
        }
    };

    static final List<String> TYPES = List.of(
            "integer",
            "bigint",
            "text",
            "character varying(10)",
            "numeric(10,2)",
            "numeric",
            "boolean",
            "date",
            "timestamp with time zone");

    private static final Map<String, List<String>> WIDER = Map.of(
            "integer", List.of("bigint", "text", "numeric(10,2)"),
            "bigint", List.of("numeric", "text"),
            "character varying(10)", List.of("text", "character varying(20)"),
            "character varying(20)", List.of("text"),
            "numeric(10,2)", List.of("numeric(12,4)", "numeric"),
            "numeric(12,4)", List.of("numeric", "text"));

    /** Whether rows are changed or gone without a word in the stream. */
    boolean isSilent() {
        return EnumSet.of(
                        ADD_COLUMN_WITH_DEFAULT,
                        ADD_COLUMN_WITH_COMPUTED_DEFAULT,
                        RENAME_COLUMN,
                        CHANGE_TYPE,
                        CREATE_AGAIN,
                        CREATE_OTHER)
                .contains(this);
    }

    /** Statements that do it; random within what the table is now. */
    abstract List<String> statements(TableShape shape, Random dice, ColumnNames names);

    /** A table with an {@code id} as its key and a few other columns. */
    static String create(String table, Random dice, ColumnNames names) {
        StringBuilder columns = new StringBuilder("id integer primary key");
        for (int i = dice.nextInt(4); i >= 0; i--) {
            columns.append(", ")
                    .append(TableShape.quoted(names.next()))
                    .append(' ')
                    .append(anyType(dice));
        }
        return "create table " + table + " (" + columns + ")";
    }

    /** A literal; of few values, so that rows are often alike. */
    static String value(String type, Random dice) {
        int number = dice.nextInt(40);
        return switch (type) {
            case "boolean" -> number < 20 ? "true" : "false";
            case "date" -> "'2026-11-01'::date + " + number;
            case "timestamp with time zone" -> "'2026-11-01 10:00:00.5+00'::timestamptz + interval '1 h' * " + number;
            case "text" -> number < 4 ? "repeat(md5('" + number + "'), 300)" : "'" + number + " o''clock'";
            case "integer", "bigint" -> String.valueOf(number);
            default -> type.startsWith("numeric") ? number + ".50" : "'v" + number + "'";
        };
    }

    private static String anyType(Random dice) {
        return TYPES.get(dice.nextInt(TYPES.size()));
    }

    private static String add(TableShape shape, ColumnNames names, String type, String rest) {
        return alter(shape) + "add column " + TableShape.quoted(names.next()) + " " + type + rest;
    }

    private static String alter(TableShape shape) {
        return "alter table " + shape.table() + " ";
    }

    private static String list(List<String> names) {
        return names.stream().map(TableShape::quoted).collect(Collectors.joining(", "));
    }

    /** Names for columns, each of them once. */
    static final class ColumnNames {
        private int last;

        String next() {
            last++;
            return last % 5 == 0 ? "Odd \u00e4 \"" + last + "\"" : "c" + last;
        }
    }
}
