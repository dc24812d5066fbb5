package dev.cdcpipeline.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every form that Debezium's UnchangedToastedPlaceholder gives. */
class PlaceholderTest {
    private final Placeholder placeholder = Placeholder.random();
    private final byte[] bytes = placeholder.text().getBytes(StandardCharsets.UTF_8);

    @Test
    void it_is_known_as_text() {
        assertThat(placeholder.is(placeholder.text())).isTrue();
        assertThat(placeholder.is(placeholder.text() + "x")).isFalse();
        assertThat(placeholder.is(Placeholder.random().text()))
                .as("of another engine")
                .isFalse();
    }

    @Test
    void it_is_known_as_bytes_whichever_way_they_come() {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);

        assertThat(placeholder.is(bytes)).isTrue();
        assertThat(placeholder.is(buffer)).isTrue();
        assertThat(buffer.remaining()).as("it is left as it was").isEqualTo(bytes.length);
        assertThat(placeholder.is(ByteBuffer.allocate(bytes.length))).isFalse();
        assertThat(placeholder.is(new byte[0])).isFalse();
    }

    @Test
    void it_is_known_as_an_array_of_texts_bytes_or_uuids() {
        assertThat(placeholder.is(List.of(placeholder.text()))).isTrue();
        assertThat(placeholder.is(Arrays.asList((Object) bytes))).isTrue();
        assertThat(placeholder.is(List.of(UUID.nameUUIDFromBytes(bytes).toString())))
                .isTrue();
        assertThat(placeholder.is(List.of(placeholder.text(), "x"))).isFalse();
        assertThat(placeholder.is(Collections.singletonList(null))).isFalse();
        assertThat(placeholder.is(List.of())).isFalse();
    }

    @Test
    void it_is_known_as_an_array_of_integers_and_of_longs() {
        List<Integer> integers = new ArrayList<>();
        List<Long> longs = new ArrayList<>();
        for (byte b : bytes) {
            integers.add((int) b);
            longs.add((long) b);
        }

        assertThat(placeholder.is(integers)).isTrue();
        assertThat(placeholder.is(longs)).isTrue();
        integers.set(7, null);
        longs.set(7, 0L);
        assertThat(placeholder.is(integers)).isFalse();
        assertThat(placeholder.is(longs)).isFalse();
    }

    @Test
    void other_values_are_not_it() {
        assertThat(placeholder.is(5)).isFalse();
        assertThat(placeholder.is(true)).isFalse();
    }
}
