package dev.cdcpipeline.projection.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.ConversionException;
import java.io.IOException;

/**
 * Values as JSON in UTF-8, by Jackson.
 *
 * <p>Without a mapper of the user's: a record is an object with the names of its components; {@code java.time} is text in ISO 8601,
 * an enum its constant's name, {@code byte[]} Base64, an empty {@code Optional} null; numbers keep every digit. When values are read,
 * properties that the class does not have are ignored, and missing ones are null, which a primitive component refuses. Jackson
 * modules on the class path are used, for Kotlin classes for example.
 *
 * @param <V> the values
 */
public final class JsonCodec<V> implements CacheCodec<V> {
    private final JavaType type;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    private JsonCodec(JavaType type, ObjectMapper mapper) {
        this.type = type;
        this.writer = type.hasRawClass(Row.class) ? mapper.writer() : mapper.writerFor(type);
        this.reader = mapper.readerFor(type);
    }

    public static <V> JsonCodec<V> of(Class<V> type) {
        return of(type, CacheJson.MAPPER);
    }

    /** For a class with type arguments: {@code new TypeReference<List<Line>>() {}}. */
    public static <V> JsonCodec<V> of(TypeReference<V> type) {
        return of(type, CacheJson.MAPPER);
    }

    /** With a mapper of the user's, which decides everything. */
    public static <V> JsonCodec<V> of(Class<V> type, ObjectMapper mapper) {
        return new JsonCodec<>(mapper.constructType(type), mapper);
    }

    /** The same for a class with type arguments. */
    public static <V> JsonCodec<V> of(TypeReference<V> type, ObjectMapper mapper) {
        return new JsonCodec<>(mapper.getTypeFactory().constructType(type), mapper);
    }

    /** @throws ConversionException if it cannot be written; the message does not tell it */
    @Override
    public byte[] encode(V value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new ConversionException(
                    "a " + type.getTypeName() + " cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** @throws ConversionException if it cannot be read; the message does not tell it */
    @Override
    public V decode(byte[] bytes) {
        try {
            V value = reader.readValue(bytes);
            if (value == null) {
                throw new ConversionException("what is stored is null, not a " + type.getTypeName());
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new ConversionException("what is stored is no JSON of a " + type.getTypeName());
        } catch (IOException e) {
            throw new ConversionException("what is stored cannot be read as a " + type.getTypeName(), e);
        }
    }

    @Override
    public String toString() {
        return "JsonCodec[" + type.getTypeName() + "]";
    }
}
