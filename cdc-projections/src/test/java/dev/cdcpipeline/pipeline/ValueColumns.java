package dev.cdcpipeline.pipeline;

import java.util.List;

/**
 * A column of each of many types, with values to be loaded and to be streamed.
 */
final class ValueColumns {
    static final String AWKWARD = "it's \"quoted\", \\ {braces,} NULL \\N %s $1 ?\n\t\u00e4\u6f22\uD83D\uDE00";

    /** @param values the ordinary one first */
    record Column(String name, String type, List<String> values) {
        static Column of(String name, String type, String... values) {
            return new Column(name, type, List.of(values));
        }
    }

    static final List<Column> COLUMNS = List.of(
            Column.of("int2", "smallint", "7", "0", "-32768", "32767"),
            Column.of("int4", "integer", "42", "0", "-2147483648", "2147483647"),
            Column.of("int8", "bigint", "4000000000", "0", "-9223372036854775808", "9223372036854775807"),
            Column.of(
                    "float4",
                    "real",
                    "1.5",
                    "0.1",
                    "-0",
                    "1.5e-10",
                    "3.4028235e38",
                    "1e-45",
                    "NaN",
                    "Infinity",
                    "-Infinity"),
            Column.of(
                    "float8",
                    "double precision",
                    "2.25",
                    "0.1",
                    "-0",
                    "1.7976931348623157e308",
                    "5e-324",
                    "NaN",
                    "Infinity",
                    "-Infinity"),
            Column.of("bool", "boolean", "true", "false"),
            Column.of(
                    "num",
                    "numeric",
                    "12345678901234567890.1234567890",
                    "0",
                    "0.000",
                    "-1.10",
                    "1e30",
                    "1e-20",
                    "NaN",
                    "Infinity",
                    "-Infinity"),
            Column.of("num12", "numeric(12,3)", "1.100", "0", "-999999999.999", "999999999.999", "NaN"),
            Column.of("txt", "text", "plain", "", " ", AWKWARD, "NULL", "null", "\\", "\"", "{}", "x".repeat(5000)),
            Column.of("vc", "varchar(20)", "plain", "", "  spaces  ", "it's \"\\{,}\n\u6f22\uD83D\uDE00", "NULL"),
            Column.of("ch", "char(5)", "ab", "", "a'\"\\{", "\u00e4\u6f22\uD83D\uDE00", "12345"),
            Column.of("ci", "citext", "MiXed", "", AWKWARD),
            Column.of(
                    "js",
                    "json",
                    "{\"b\":  1, \"a\" : [null, \"x\"]}",
                    "null",
                    "\"\"",
                    "[]",
                    "{\"a\": \"q\\\"\\\\ '\\n\u00e4\uD83D\uDE00\", \"a\": 1e400}"),
            Column.of(
                    "jsb",
                    "jsonb",
                    "{\"b\":  1, \"a\" : [null, \"x\"]}",
                    "null",
                    "\"\"",
                    "[]",
                    "{\"a\": \"q\\\"\\\\ '\\n\u00e4\uD83D\uDE00\", \"b\": 1.10}"),
            Column.of(
                    "uid",
                    "uuid",
                    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                    "00000000-0000-0000-0000-000000000000",
                    "ffffffff-ffff-ffff-ffff-ffffffffffff"),
            Column.of(
                    "day",
                    "date",
                    "2026-11-20",
                    "1970-01-01",
                    "1969-12-31",
                    "1582-10-15",
                    "9999-12-31",
                    "infinity",
                    "-infinity",
                    "1582-10-14",
                    "0001-01-01",
                    "0044-03-15 BC",
                    "99999-01-01"),
            Column.of(
                    "tim",
                    "time",
                    "10:11:12.123456",
                    "00:00",
                    "24:00",
                    "00:00:00.000001",
                    "23:59:59.999999",
                    "10:11:12.1"),
            Column.of(
                    "ts",
                    "timestamp",
                    "2026-11-20 10:11:12.123456",
                    "1970-01-01 00:00:00",
                    "1969-12-31 23:59:59.999999",
                    "2026-03-29 02:30:00",
                    "1582-10-15 00:00:00",
                    "0001-01-01 00:00:00",
                    "9999-12-31 23:59:59.999999",
                    "infinity",
                    "-infinity",
                    "1582-10-14 10:11:12",
                    "0044-03-15 10:11:12.000001 BC",
                    "20000-01-01 00:00:00"),
            Column.of(
                    "tstz",
                    "timestamptz",
                    "2026-11-20 10:11:12.123456+05:30",
                    "1970-01-01 00:00:00+00",
                    "1969-12-31 23:59:59.999999+00",
                    "2026-03-29 02:30:00+00",
                    "1900-01-01 00:00:00+00",
                    "9999-12-31 23:59:59.999999+00",
                    "infinity",
                    "-infinity",
                    "1500-01-01 00:00:00+00",
                    "0001-01-01 00:00:00+00",
                    "0044-03-15 10:11:12.123456+00 BC",
                    "20000-01-01 00:00:00+00"),
            Column.of("bin", "bytea", "\\x00ff5c22", "\\x", "\\x00", "\\x" + "5c".repeat(3000)),
            Column.of("mood", "mood", "in-transit", "sad", "it's \"ok\\\", {so}"),
            Column.of("dom_int", "dom_int", "5", "-2147483648", "2147483647"),
            Column.of("dom_text", "dom_text", "a@b.c", "", AWKWARD),
            Column.of("ints", "int[]", "{1,2,3}", "{}", "{1,NULL,3}", "{NULL}", "{-2147483648,2147483647}"),
            Column.of("longs", "bigint[]", "{1,NULL}", "{}", "{-9223372036854775808,9223372036854775807}", "{NULL}"),
            Column.of("texts", "text[]", "{a,NULL,b}", "{}", "{NULL}", "{\"\"}", awkwardArray()),
            Column.of("vcs", "varchar(60)[]", "{a,b}", "{}", "{NULL}", "{\"\"}", awkwardArray()),
            Column.of("chs", "char(3)[]", "{abc,NULL}", "{}", "{\"a\",\"\"}", "{\"\\\"\\\\'\"}"),
            Column.of(
                    "uids",
                    "uuid[]",
                    "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}",
                    "{}",
                    "{NULL}",
                    "{00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff}"),
            Column.of("bins", "bytea[]", "{\"\\\\x00ff\",NULL}", "{}", "{\"\\\\x\"}", "{\"\\\\x5c22\",\"\\\\x00\"}"),
            Column.of("jss", "json[]", "{\"{\\\"a\\\":  1}\",NULL}", "{}", "{\"null\"}", "{\"\\\"x\\\\\\\\,\\\"\"}"),
            Column.of("jsbs", "jsonb[]", "{\"{\\\"a\\\":  1}\",NULL}", "{}", "{\"null\"}", "{\"\\\"x\\\\\\\\,\\\"\"}"));

    private ValueColumns() {}

    private static String awkwardArray() {
        return "{\"a\\\"b\",\"c\\\\d\",\"{x,y}\",\"\",NULL,\"NULL\",\"null\",\" s \",\"it's\",\"\n\t\u00e4\u6f22\uD83D\uDE00\"}";
    }
}
