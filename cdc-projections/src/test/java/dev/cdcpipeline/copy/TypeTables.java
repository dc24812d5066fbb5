package dev.cdcpipeline.copy;

import static dev.cdcpipeline.copy.RandomText.AWKWARD;
import static dev.cdcpipeline.copy.RandomText.composite;
import static dev.cdcpipeline.copy.RandomText.large;
import static dev.cdcpipeline.copy.RandomText.literal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/** Every type that PostgreSQL and its usual extensions have, and those that a user can make, in tables with a column of each. */
final class TypeTables {
    /** What both databases need before the tables, which the mirror makes in the target. */
    static final List<String> TYPES = List.of(
            "create extension hstore",
            "create extension citext",
            "create extension ltree",
            "create extension cube",
            "create schema shop",
            "create type mood as enum ('sad', 'in-transit', " + literal("it's \"ok\\\", {so}") + ")",
            "create type shop.\"Mixed Mood\" as enum ('A', 'b c')",
            "create domain positive as numeric(20,5) check (value > 0)",
            "create domain small_positive as positive check (value < 1000)",
            "create domain tags as text[] check (cardinality(value) < 5)",
            "create type pair as (n int, t text)",
            "create type thing as (id bigint, \"A pair\" pair, pairs pair[], names text[], at timestamptz, m mood, h hstore,"
                    + " d small_positive)",
            "create domain good_pair as pair check ((value).n is null or (value).n <> 0)",
            "create type span as range (subtype = float8, multirange_type_name = spans)");

    private static final Function<Random, String> DAY =
            dice -> (1900 + dice.nextInt(150)) + "-0" + (1 + dice.nextInt(9)) + "-" + (10 + dice.nextInt(18));
    private static final Comparator<String> BY_NUMBER = Comparator.comparing(BigDecimal::new);

    private TypeTables() {}

    /** A table of them. */
    record TypeTable(String name, List<ValueColumn> columns) {}

    /** @param version as {@code server_version_num} */
    static List<TypeTable> of(int version) {
        List<ValueColumn> ranges = ranges();
        List<ValueColumn> scalars = scalars(version);
        List<ValueColumn> geometric = geometric();
        List<ValueColumn> made = made();
        List<ValueColumn> others = new ArrayList<>(geometric);
        others.addAll(ranges);
        others.addAll(made);
        others.add(ValueColumn.generated("gen", "numeric", " generated always as ((made_pair).n * 2.5) stored"));
        if (version >= 180000) {
            others.add(ValueColumn.generated("virt", "integer", " generated always as (lower(r_int4)) virtual"));
        }
        List<ValueColumn> arrays = Stream.of(ranges, made)
                .flatMap(List::stream)
                .map(column -> column.array(true))
                .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
        geometric.forEach(column -> arrays.add(column.array(false)));
        return List.of(
                new TypeTable("scalars", scalars),
                new TypeTable(
                        "scalar_arrays",
                        scalars.stream().map(column -> column.array(true)).toList()),
                new TypeTable("others", others),
                new TypeTable("other_arrays", arrays));
    }

    private static List<ValueColumn> scalars(int version) {
        ValueColumn interval = ValueColumn.of(
                "iv",
                "interval",
                RandomNumbers::interval,
                "1 year 2 mons 3 days 04:05:06.789",
                "0",
                "-1 mons +1 day -00:00:00.000001",
                "178000000 years",
                "-178000000 years",
                "2562047788:00:54.775807",
                "1000 hours",
                "-1 years -2 days +03:00");
        return List.of(
                ValueColumn.of("int2", "smallint", RandomNumbers.integer(16), "0", "-32768", "32767"),
                ValueColumn.of("int4", "integer", RandomNumbers.integer(32), "0", "-2147483648", "2147483647"),
                ValueColumn.of(
                        "int8",
                        "bigint",
                        RandomNumbers.integer(64),
                        "0",
                        "-9223372036854775808",
                        "9223372036854775807"),
                ValueColumn.of(
                        "num",
                        "numeric",
                        RandomNumbers::numeric,
                        "0",
                        "0.000",
                        "-1.10",
                        "1e300",
                        "1e-300",
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "1e5000",
                        "123456789012345678901234567890.123456789012345678901234567890"),
                ValueColumn.of(
                        "num12",
                        "numeric(12,3)",
                        RandomNumbers.numeric(9, 3),
                        "0",
                        "1.1",
                        "-999999999.999",
                        "999999999.999",
                        "NaN"),
                ValueColumn.of(
                        "num_round", "numeric(3,-2)", RandomNumbers.numeric(4, 1), "0", "-99900", "12345", "NaN"),
                ValueColumn.of(
                        "num_small", "numeric(2,4)", dice -> "0.00" + (10 + dice.nextInt(89)), "0", "-0.0099", "NaN"),
                ValueColumn.of(
                        "cash",
                        "money",
                        RandomNumbers::money,
                        "0",
                        "-92233720368547758.08",
                        "92233720368547758.07",
                        "-0.01",
                        "1234.5"),
                ValueColumn.of(
                        "float4",
                        "real",
                        RandomNumbers::real,
                        "1.5",
                        "0.1",
                        "-0",
                        "3.4028235e38",
                        "1e-45",
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "1.17549435e-38",
                        "16777217"),
                ValueColumn.of(
                        "float8",
                        "double precision",
                        RandomNumbers::doublePrecision,
                        "2.25",
                        "0.1",
                        "-0",
                        "1.7976931348623157e308",
                        "5e-324",
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "2.2250738585072014e-308",
                        "9007199254740993"),
                ValueColumn.of("bool", "boolean", dice -> String.valueOf(dice.nextBoolean()), "true", "false"),
                ValueColumn.of(
                        "txt",
                        "text",
                        RandomText::any,
                        "plain",
                        "",
                        " ",
                        AWKWARD,
                        "NULL",
                        "null",
                        "\\",
                        "\"",
                        "{}",
                        "\\N",
                        "\n",
                        large(100_000),
                        "x".repeat(100_000),
                        "__debezium_unavailable_value",
                        "{\"a\\\\\":null}"),
                ValueColumn.of(
                        "vc",
                        "varchar(40)",
                        RandomText.upTo(40),
                        "",
                        "  spaces  ",
                        "NULL",
                        "it's \"\\{,}\n\uD83D\uDE00"),
                ValueColumn.of("vc_any", "varchar", RandomText::any, "", AWKWARD, large(9000)),
                ValueColumn.of(
                        "ch",
                        "char(7)",
                        RandomText.upTo(7),
                        "",
                        "ab",
                        "a'\"\\{",
                        "\u00e4\u6f22\uD83D\uDE00",
                        "1234567",
                        "  x"),
                ValueColumn.of(
                        "chr",
                        "\"char\"",
                        dice -> RandomText.letters(dice, 1),
                        "",
                        "a",
                        "\\",
                        "\"",
                        "'",
                        "{",
                        " ",
                        "\\303"),
                ValueColumn.of("nam", "name", RandomText.upTo(15), "", "a name", "x".repeat(63)),
                ValueColumn.of("ci", "citext", RandomText::any, "MiXed", "", AWKWARD, large(5000)),
                ValueColumn.of(
                        "bin",
                        "bytea",
                        RandomText::hex,
                        "\\x00ff5c22",
                        "\\x",
                        "\\x00",
                        "\\x" + "5c00ff27".repeat(3000),
                        largeBytes()),
                ValueColumn.of(
                        "day",
                        "date",
                        RandomNumbers::date,
                        "2026-11-20",
                        "1970-01-01",
                        "infinity",
                        "-infinity",
                        "1582-10-10",
                        "0001-01-01",
                        "0001-12-31 BC",
                        "4714-11-24 BC",
                        "5874897-12-31",
                        "10000-01-01",
                        "2024-02-29"),
                ValueColumn.of(
                        "tim",
                        "time",
                        RandomNumbers::time,
                        "10:11:12.123456",
                        "00:00",
                        "24:00",
                        "00:00:00.000001",
                        "23:59:59.999999"),
                ValueColumn.of("tim3", "time(3)", RandomNumbers::time, "10:11:12.123456", "24:00", "23:59:59.9999"),
                ValueColumn.of(
                        "timz",
                        "timetz",
                        RandomNumbers::zoned,
                        "10:11:12.123456+05:30",
                        "00:00+15:59:59",
                        "24:00-15:59:59",
                        "24:00+00",
                        "01:02:03-00:00:01"),
                ValueColumn.of(
                        "ts",
                        "timestamp",
                        RandomNumbers::timestamp,
                        "2026-11-20 10:11:12.123456",
                        "infinity",
                        "-infinity",
                        "4714-11-24 00:00:00 BC",
                        "294276-12-31 23:59:59.999999",
                        "0044-03-15 10:11:12.000001 BC",
                        "1969-12-31 23:59:59.999999",
                        "2026-03-29 02:30:00",
                        "0001-01-01 00:00:00"),
                ValueColumn.of("ts0", "timestamp(0)", RandomNumbers::timestamp, "2026-11-20 10:11:12.5", "infinity"),
                ValueColumn.of(
                        "tstz",
                        "timestamptz",
                        RandomNumbers::timestamptz,
                        "2026-11-20 10:11:12.123456+05:30",
                        "infinity",
                        "-infinity",
                        "4714-11-24 00:00:00+00 BC",
                        "294276-12-31 23:59:59.999999+00",
                        "1900-01-01 00:00:00+00",
                        "2026-10-25 01:30:00+00"),
                ValueColumn.of(
                        "tstz2",
                        "timestamptz(2)",
                        RandomNumbers::timestamptz,
                        "2026-11-20 10:11:12.129+00",
                        "infinity"),
                version >= 170000 ? interval.and("infinity").and("-infinity") : interval,
                ValueColumn.of(
                        "iv_days",
                        "interval day to second(3)",
                        RandomNumbers::interval,
                        "3 days 04:05:06.789",
                        "-1 day"),
                ValueColumn.of(
                        "uid",
                        "uuid",
                        dice -> new java.util.UUID(dice.nextLong(), dice.nextLong()).toString(),
                        "00000000-0000-0000-0000-000000000000",
                        "ffffffff-ffff-ffff-ffff-ffffffffffff"),
                ValueColumn.of(
                                "js",
                                "json",
                                RandomText::json,
                                "{\"b\":  1, \"a\" : [null, \"x\"], \"b\":2}",
                                "null",
                                "\"\"",
                                " [ ] ",
                                "1e400",
                                "{\"a\": \"q\\\"\\\\ '\\n\u00e4\uD83D\uDE00\\u0000\"}",
                                "[\"" + large(9000) + "\"]")
                        .withoutEquality(),
                ValueColumn.of(
                        "jsb",
                        "jsonb",
                        RandomText::json,
                        "{\"b\":  1, \"a\" : [null, \"x\"], \"b\":2}",
                        "null",
                        "\"\"",
                        "[]",
                        "1.100",
                        "[\"" + large(9000) + "\"]"),
                ValueColumn.of(
                                "jsp",
                                "jsonpath",
                                dice -> "$." + RandomText.letters(dice, 3) + " ? (@ > 1)",
                                "$",
                                "strict $[*].\"a b\"")
                        .withoutEquality(),
                ValueColumn.of(
                                "x",
                                "xml",
                                RandomText::xml,
                                "<a b=\"c\">t&amp;<![CDATA[<x>]]></a>",
                                "",
                                "plain",
                                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<\u00e4/>",
                                "<?xml version=\"1.1\"?><a/>")
                        .withoutEquality(),
                ValueColumn.of(
                        "net",
                        "inet",
                        RandomNumbers::inet,
                        "10.0.0.1",
                        "10.1.2.3/8",
                        "::1",
                        "::/0",
                        "::ffff:1.2.3.4/96"),
                ValueColumn.of(
                        "cid", "cidr", RandomNumbers::cidr, "10/8", "0.0.0.0/0", "::/0", "10.0.0.1", "2001:db8::/32"),
                ValueColumn.of("mac", "macaddr", RandomNumbers.mac(6), "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"),
                ValueColumn.of(
                        "mac8", "macaddr8", RandomNumbers.mac(8), "00:00:00:00:00:00:00:00", "08:00:2b:01:02:03:04:05"),
                ValueColumn.of("bit1", "bit", dice -> RandomText.bits(dice, 1), "0", "1"),
                ValueColumn.of("bit9", "bit(9)", dice -> RandomText.bits(dice, 9), "000000000", "111111111"),
                ValueColumn.of(
                        "vbit", "varbit", dice -> RandomText.bits(dice, dice.nextInt(70)), "", "0", "1".repeat(3000)),
                ValueColumn.of(
                        "vbit9", "varbit(9)", dice -> RandomText.bits(dice, dice.nextInt(10)), "", "0", "101010101"),
                ValueColumn.of("vec", "tsvector", RandomText::lexemes, "", "'a':1A,2 'it''s':3", "a fat cat"),
                ValueColumn.of("query", "tsquery", RandomText::lexemeQuery, "", "'a' & !('b' | 'c''d':*AB) <2> 'e'"),
                ValueColumn.of("lsn", "pg_lsn", RandomNumbers::lsn, "0/0", "FFFFFFFF/FFFFFFFF", "16/B374D848"),
                ValueColumn.of("o", "oid", dice -> String.valueOf(dice.nextInt() & 0xffffffffL), "0", "4294967295"),
                ValueColumn.of(
                        "x8", "xid8", dice -> String.valueOf(dice.nextLong() >>> 1), "0", "18446744073709551615"),
                ValueColumn.of(
                        "place", "tid", dice -> "(" + dice.nextInt(99999) + "," + dice.nextInt(65536) + ")", "(0,0)"),
                ValueColumn.of(
                        "reg",
                        "regtype",
                        dice -> dice.nextBoolean() ? "text" : "integer[]",
                        "double precision",
                        "mood"),
                ValueColumn.of(
                        "hs",
                        "hstore",
                        RandomText::hstore,
                        "",
                        "a=>NULL, b=>\"\", \"c d\"=>\"NULL\"",
                        RandomText.quoted(AWKWARD) + "=>1"),
                ValueColumn.of("tree", "ltree", RandomText::ltree, "", "Top.Science.Astronomy_1"),
                ValueColumn.of("box_n", "cube", dice -> "(" + dice.nextInt(9) + ",-0.5),(1,2)", "(1,2,3)", "(0)"));
    }

    private static String largeBytes() {
        byte[] bytes = new byte[60_000];
        new Random(1).nextBytes(bytes);
        return "\\x" + java.util.HexFormat.of().formatHex(bytes);
    }

    private static List<ValueColumn> geometric() {
        return Stream.of(
                        ValueColumn.of("pt", "point", RandomNumbers::point, "(0,0)", "(-0,1e-300)", "(NaN,Infinity)"),
                        ValueColumn.of(
                                "ln",
                                "line",
                                dice -> "{" + (1 + dice.nextInt(9)) + "," + RandomNumbers.coordinate(dice) + ",-0.3}",
                                "{1,-1,0}",
                                "{0,1,0.1}"),
                        ValueColumn.of(
                                "seg",
                                "lseg",
                                dice -> "[" + RandomNumbers.point(dice) + "," + RandomNumbers.point(dice) + "]",
                                "[(0,0),(0,0)]"),
                        ValueColumn.of(
                                "bx",
                                "box",
                                dice -> RandomNumbers.point(dice) + "," + RandomNumbers.point(dice),
                                "(1,2),(3,4)",
                                "(0,0),(0,0)"),
                        ValueColumn.of(
                                "pa",
                                "path",
                                dice -> dice.nextBoolean()
                                        ? "[" + RandomNumbers.points(dice) + "]"
                                        : "(" + RandomNumbers.points(dice) + ")",
                                "[(0,0),(1,1)]",
                                "((0,0),(1,1))"),
                        ValueColumn.of(
                                "poly",
                                "polygon",
                                dice -> "(" + RandomNumbers.points(dice) + ")",
                                "((0,0),(1,1),(1,0))"),
                        ValueColumn.of(
                                "cir",
                                "circle",
                                dice -> "<" + RandomNumbers.point(dice) + "," + dice.nextInt(99) / 8.0 + ">",
                                "<(0,0),0>"))
                .map(ValueColumn::withoutEquality)
                .toList();
    }

    private static List<ValueColumn> ranges() {
        Function<Random, String> ints = RandomNumbers.range(RandomNumbers.integer(30), BY_NUMBER);
        Function<Random, String> longs = RandomNumbers.range(RandomNumbers.integer(60), BY_NUMBER);
        Function<Random, String> nums = RandomNumbers.range(RandomNumbers::numeric, BY_NUMBER);
        Function<Random, String> days = RandomNumbers.range(DAY, Comparator.naturalOrder());
        Function<Random, String> times = RandomNumbers.range(
                dice -> DAY.apply(dice) + " " + RandomNumbers.time(dice), Comparator.naturalOrder());
        return List.of(
                ValueColumn.of(
                        "r_int4", "int4range", ints, "empty", "(,)", "[1,5]", "(,5)", "[-2147483648,2147483647)"),
                ValueColumn.of("r_int8", "int8range", longs, "empty", "(,)", "[1,5]", "[5,)"),
                ValueColumn.of(
                        "r_num", "numrange", nums, "empty", "(,)", "(1.10,2.0]", "[-Infinity,NaN]", "[1.0,1.00]"),
                ValueColumn.of("r_ts", "tsrange", times, "empty", "(,)", "[-infinity,infinity]", "[2026-01-01,)"),
                ValueColumn.of(
                        "r_tstz",
                        "tstzrange",
                        times,
                        "empty",
                        "(,)",
                        "[-infinity,infinity)",
                        "[\"2026-01-01 00:00+05:30\",)"),
                ValueColumn.of(
                        "r_date", "daterange", days, "empty", "(,)", "[2026-01-01,2026-01-02]", "[-infinity,infinity]"),
                ValueColumn.of("r_own", "span", nums, "empty", "(,)", "[-Infinity,NaN]", "[-0,0.1)"),
                ValueColumn.of(
                        "m_int4", "int4multirange", RandomNumbers.multirange(ints), "{}", "{(,)}", "{[1,2],[5,6)}"),
                ValueColumn.of("m_int8", "int8multirange", RandomNumbers.multirange(longs), "{}", "{[1,2],[5,6)}"),
                ValueColumn.of("m_num", "nummultirange", RandomNumbers.multirange(nums), "{}", "{[1.10,2.0],(5,)}"),
                ValueColumn.of(
                        "m_ts", "tsmultirange", RandomNumbers.multirange(times), "{}", "{[2026-01-01,infinity)}"),
                ValueColumn.of("m_tstz", "tstzmultirange", RandomNumbers.multirange(times), "{}", "{[2026-01-01,)}"),
                ValueColumn.of(
                        "m_date", "datemultirange", RandomNumbers.multirange(days), "{}", "{[2026-01-01,2026-02-01]}"),
                ValueColumn.of("m_own", "spans", RandomNumbers.multirange(nums), "{}", "{[0.1,0.2)}"));
    }

    private static List<ValueColumn> made() {
        Function<Random, String> pair = dice -> composite(
                dice.nextInt(4) == 0 ? null : String.valueOf(1 + dice.nextInt(99)),
                dice.nextInt(4) == 0 ? null : RandomText.any(dice));
        return List.of(
                ValueColumn.of("made_mood", "mood", dice -> "sad", "sad", "in-transit", "it's \"ok\\\", {so}"),
                ValueColumn.of("made_shop", "shop.\"Mixed Mood\"", dice -> "A", "b c"),
                ValueColumn.of(
                        "made_positive",
                        "positive",
                        dice -> dice.nextInt(999) + ".12345",
                        "1",
                        "999999999999999.99999",
                        "0.00001"),
                ValueColumn.of("made_small", "small_positive", dice -> dice.nextInt(999) + ".1", "1", "999.99999"),
                ValueColumn.of(
                        "made_tags",
                        "tags",
                        dice -> "{" + RandomText.quoted(RandomText.any(dice)) + "}",
                        "{}",
                        "{NULL,\"\",\"NULL\"}",
                        "{{a,b},{c,d}}"),
                ValueColumn.of(
                        "made_pair",
                        "pair",
                        pair,
                        "(,)",
                        "(1,\"\")",
                        composite("-1", AWKWARD),
                        "(2147483647,null)",
                        composite(null, large(9000))),
                ValueColumn.of(
                        "made_thing",
                        "thing",
                        dice -> composite(
                                String.valueOf(dice.nextLong()),
                                pair.apply(dice),
                                "{" + RandomText.quoted(pair.apply(dice)) + ",NULL}",
                                "[5:5]={" + RandomText.quoted(RandomText.any(dice)) + "}",
                                RandomNumbers.timestamptz(dice),
                                "sad",
                                RandomText.hstore(dice),
                                "1.5"),
                        "(,,,,,,,)",
                        composite(
                                "1",
                                composite("1", AWKWARD),
                                "{" + RandomText.quoted(composite(null, AWKWARD)) + "}",
                                "{}",
                                "infinity",
                                "it's \"ok\\\", {so}",
                                "a=>NULL",
                                "0.00001"),
                        composite("1", "(,)", "{}", "{NULL,\"\"}", null, null, "", null)),
                ValueColumn.of("made_good", "good_pair", pair, "(,)", "(5,\"a,\"\"b\")"));
    }
}
