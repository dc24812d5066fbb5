package dev.cdcpipeline.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cdcpipeline.change.JsonReader;
import java.lang.reflect.Type;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A {@link JsonReader} over a Jackson {@link ObjectMapper}. To use a mapper of your own, extend it and name your class in
 * {@code META-INF/services/dev.cdcpipeline.change.JsonReader}.
 */
public class JacksonReader implements JsonReader {
    private final ObjectMapper mapper;

    /**
     * With a mapper that loses nothing and ignores what it does not know: numbers keep their digits, a fraction does not become an
     * integer, null or nothing at all does not become 0, properties without a component are ignored. It has the Jackson modules
     * that are found on the class path: {@code java.time} in JSON needs {@code jackson-datatype-jsr310}, {@code Optional} needs
     * {@code jackson-datatype-jdk8}, Kotlin classes need {@code jackson-module-kotlin}.
     */
    public JacksonReader() {
        this(exact());
    }

    protected JacksonReader(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    private static ObjectMapper exact() {
        // PostgreSQL has let it in as a whole, so it is not too long
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .findAndAddModules()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    @Override
    public @Nullable Object read(String json, Type type) {
        try {
            return mapper.readValue(json, mapper.constructType(type));
        } catch (InvalidDefinitionException e) {
            throw new IllegalArgumentException(e.getOriginalMessage() + path(e), e); // about the type only
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException("does not fit " + type.getTypeName() + path(e) + at(e.getLocation()));
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException(e.getOriginalMessage() + at(e.getLocation()), e); // about sizes only
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON document" + at(e.getLocation()));
        }
    }

    /** What Jackson says itself may tell the value. */
    private static String path(JsonMappingException failure) {
        String path = failure.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        return path.isEmpty() ? "" : " at " + path;
    }

    private static String at(@Nullable JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    @Override
    public boolean isTree(Class<?> type) {
        return TreeNode.class.isAssignableFrom(type);
    }
}
