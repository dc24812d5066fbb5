package dev.cdcpipeline.projection.redis;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.cdcpipeline.change.Row;
import java.util.Optional;

/** How values of caches are JSON, unless the user has a mapper: nothing is lost, and any client can read it. */
final class CacheJson {
    static final ObjectMapper MAPPER = mapper();

    private CacheJson() {}

    private static ObjectMapper mapper() {
        StreamReadConstraints whatIsWritten = StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .build();
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(whatIsWritten)
                        .build())
                .findAndAddModules()
                .addModule(module())
                .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    private static SimpleModule module() {
        SimpleModule module = new SimpleModule("cdc-pipeline");
        module.addSerializer(Row.class, new RowJson());
        module.addSerializer(Optional.class, new OptionalJson.Writer());
        module.addDeserializer(Optional.class, new OptionalJson.Reader(null));
        TimeJson.addTo(module);
        return module;
    }
}
