package dev.cdcpipeline.values;

import java.util.List;

/** Ordinary and extreme values of a type, as SQL reads them. */
record SqlLiterals(String type, List<String> values) {

    static final List<SqlLiterals> ALL = List.of(
            of("int2", "0", "-32768", "32767"),
            of("int4", "-2147483648", "2147483647"),
            of("int8", "-9223372036854775808", "9223372036854775807"),
            of("oid", "0", "4294967295"),
            of("float4", "0.1", "-0", "1e-45", "3.4028235e38", "NaN", "Infinity", "-Infinity"),
            of("float8", "0.1", "-0", "5e-324", "1.7976931348623157e308", "NaN", "Infinity", "-Infinity"),
            of("numeric", "0", "1.1000", "-1e-20", "12345678901234567890.123456789", "1e400"),
            of("numeric(10,2)", "1.1", "-99999999.99"),
            of("money", "1.5", "-1234.56", "92233720368547758.07", "-92233720368547758.08", "0", "-0.05"),
            of("bool", "t", "false"),
            of("text", "", " ", "NULL", "it's \"so\", \\{}\n\tä😀"),
            of("varchar(5)", "ab"),
            of("char(5)", "ab"),
            of("\"char\"", "x", ""),
            of("name", "x"),
            of("citext", "MiXed"),
            of("xml", "<a b=\"c\"/>"),
            of("bytea", "", "\\x00ff5c22", "a\\\\b\\000"),
            of("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
            of("json", "{\"b\":  1, \"b\" : null}", "null"),
            of("jsonb", "{\"b\":  1, \"b\" : null}", "null", "1.10"),
            of("date", "2024-02-29", "0001-02-29 BC", "4713-01-01 BC", "5874897-12-31", "1582-10-10"),
            of(
                    "timestamp",
                    "2024-02-29 10:00",
                    "0044-03-15 01:02:03.5 BC",
                    "4713-01-01 BC",
                    "294276-12-31 23:59:59.999999"),
            of("timestamp(3)", "2024-02-29 10:00:00.1239"),
            of(
                    "timestamptz",
                    "2024-02-29 10:00+05:30",
                    "1890-01-01 00:00+00",
                    "0044-03-15 01:02:03.000001 BC",
                    "294276-12-31 23:59:59.999999+00"),
            of("time", "00:00", "04:05:06.789", "23:59:59.999999"),
            of("timetz", "00:00+15:59:59", "04:05:06.789-08", "04:05:06-03:30"),
            of(
                    "interval",
                    "0",
                    "1 year 2 mons -3 days 04:05:06.789",
                    "-1 year -2 mons 3 days -04:05:06.789",
                    "-0.000001 sec",
                    "178956970 years 7 mons 2147483647 days",
                    "-178956970 years -8 mons -2147483648 days",
                    "9223372036854775807 microseconds",
                    "-9223372036854775808 microseconds"),
            of("inet", "10.0.0.1", "::1/64"),
            of("cidr", "10.0.0.0/8"),
            of("macaddr", "08:00:2b:01:02:03"),
            of("bit(3)", "101"),
            of("varbit", "", "10101"),
            of("int4range", "[1,5)", "empty", "(,)"),
            of("tstzrange", "[2024-02-29 10:00+00,)"),
            of("int4multirange", "{}", "{[1,5),[7,9)}"),
            of("point", "(1,2)"),
            of("line", "{1,2,3}"),
            of("lseg", "[(1,2),(3,4)]"),
            of("box", "(3,4),(1,2)"),
            of("path", "((1,2),(3,4))", "[(1,2),(3,4)]"),
            of("polygon", "((1,2),(3,4))"),
            of("circle", "<(1,2),3>"),
            of("tsvector", "'a':1A 'b c':2"),
            of("tsquery", "'a' & !'b'"),
            of("ltree", "a.b.c"),
            of("pg_lsn", "16/B374D848"),
            of("int2vector", "1 2 3"),
            of("hstore", "", "a=>1, \"b\\\"c\\\\\"=>NULL, \"\"=>\"\", n=>\"NULL\""),
            of("\"My Shop\".mood", "in transit"),
            of("\"My Shop\".price", "1.1"),
            of("int4[]", "{}", "{1,NULL,3}", "{{1,2},{3,NULL}}", "{{{1},{2}}}"),
            of("int2[]", "{1,NULL}"),
            of("text[]", "{NULL,\"NULL\",\"\",\"a,b\",\"\\\"\\\\\",\"{}\",\" \",ä😀}", "{{a},{b}}"),
            of("numeric[]", "{1.10,NULL}"),
            of("money[]", "{1.5,-1234.56}"),
            of("date[]", "{2024-02-29,\"0044-03-15 BC\"}"),
            of("timestamptz[]", "{\"2024-02-29 10:00+05:30\",NULL}"),
            of("time[]", "{04:05:06.789001}"),
            of("interval[]", "{\"1 mon -1 day\"}"),
            of("bytea[]", "{\"\\\\x00ff\",NULL}"),
            of("bool[]", "{t,f,NULL}"),
            of("uuid[]", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"),
            of("jsonb[]", "{\"{\\\"a\\\": [1, null]}\",null,\"null\"}"),
            of("box[]", "{(3,4),(1,2);(7,8),(5,6)}"),
            of("point[]", "{\"(1,2)\",\"(3,4)\"}"),
            of("int4range[]", "{\"[1,5)\",empty}"),
            of("hstore[]", "{\"\\\"a\\\"=>\\\"1\\\"\"}"),
            of("\"My Shop\".mood[]", "{sad,\"in transit\"}"),
            of("\"My Shop\".price[]", "{1.1,NULL}"),
            of("\"My Shop\".prices", "{1.1,NULL}"),
            of(
                    "\"My Shop\".part",
                    "(,,)",
                    "(\"\",{},)",
                    "(\"a \"\"b\"\" \\\\, (c)\",\"{1,NULL}\",\"2024-02-29 10:00:00+00\")"),
            of("\"My Shop\".part[]", "{\"(a,{1},)\",NULL,\"(,,)\"}"),
            of("\"My Shop\".item", "(,,)", "(\"(\"\"b c\"\",\"\"{1,2}\"\",)\",\"{\"\"(d,,)\"\",NULL}\",1.10)"),
            of("\"My Shop\".nothing", "()"));

    private static SqlLiterals of(String type, String... values) {
        return new SqlLiterals(type, List.of(values));
    }

    @Override
    public String toString() {
        return type;
    }
}
