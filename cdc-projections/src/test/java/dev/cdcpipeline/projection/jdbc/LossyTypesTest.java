package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossyTypesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            numeric                        | numeric(10,2)
            numeric(10,4)                  | numeric(10,2)
            numeric(10,2)                  | numeric(12)
            numeric(10,2)                  | numeric(12,-1)
            double precision               | numeric(10,2)
            double precision               | real
            numeric(10,2)                  | double precision
            bigint                         | real
            bigint                         | double precision
            timestamp without time zone    | timestamp(3) without time zone
            timestamp(3) with time zone    | timestamp(0) with time zone
            timestamp with time zone       | timestamp(3) without time zone
            timestamp without time zone    | date
            timestamp with time zone       | time without time zone
            timestamp without time zone    | time with time zone
            time with time zone            | time without time zone
            interval                       | interval(2)
            numeric[]                      | numeric(10,2)[]
            numeric                        | money
            numeric(10,4)                  | money
            double precision               | money
            text                           | name
            public.citext                  | name
            character varying(64)          | name
            text                           | "char"
            character(1)                   | "char"
            text[]                         | name[]
            timestamp without time zone[]  | date[]
            """)
    void a_column_that_would_change_values_is_known(String source, String target) {
        assertThat(LossyTypes.isLossy(source, target)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            numeric(10,2)                  | numeric(10,2)
            numeric(10,2)                  | numeric(12,4)
            numeric(10,2)                  | numeric
            numeric(3,-2)                  | numeric(10,2)
            integer                        | numeric(10,2)
            integer                        | bigint
            integer                        | double precision
            bigint                         | integer
            real                           | double precision
            numeric                        | text
            timestamp(3) without time zone | timestamp without time zone
            timestamp(3) without time zone | timestamp(3) with time zone
            timestamp(0) with time zone    | timestamp with time zone
            timestamp with time zone       | timestamp without time zone
            timestamp without time zone    | timestamp with time zone
            time without time zone         | time with time zone
            numeric(10,2)                  | money
            integer                        | money
            "char"                         | "char"
            character varying(15)          | name
            shop.mood                      | name
            character varying(10)          | character varying(3)
            text                           | character(3)
            text[]                         | text[]
            numeric(10,2)[]                | numeric(12,4)[]
            numeric[]                      | text
            shop.mood                      | text
            ''                             | numeric(10,2)
            """)
    void a_column_that_keeps_values_or_refuses_them_is_fine(String source, String target) {
        assertThat(LossyTypes.isLossy(source, target)).isFalse();
    }
}
