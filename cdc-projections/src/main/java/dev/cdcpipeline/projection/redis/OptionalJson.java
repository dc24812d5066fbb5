package dev.cdcpipeline.projection.redis;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An {@code Optional} as its value or null: what Jackson has a module for, which need not be there. */
final class OptionalJson {

    private OptionalJson() {}

    @SuppressWarnings("rawtypes")
    static final class Writer extends JsonSerializer<Optional> {

        @Override
        public void serialize(Optional value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (value.isPresent()) {
                provider.defaultSerializeValue(value.get(), json);
            } else {
                json.writeNull();
            }
        }
    }

    @SuppressWarnings("rawtypes")
    static final class Reader extends JsonDeserializer<Optional> implements ContextualDeserializer {
        private final @Nullable JavaType type;

        /** @param type what is in it, as far as it is known */
        Reader(@Nullable JavaType type) {
            this.type = type;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
            JavaType whole = context.getContextualType();
            return new Reader(whole == null ? null : whole.containedTypeOrUnknown(0));
        }

        @Override
        public Optional<?> deserialize(JsonParser json, DeserializationContext context) throws IOException {
            JavaType wanted = type == null ? context.constructType(Object.class) : type;
            return Optional.ofNullable(context.readValue(json, wanted));
        }

        @Override
        public Optional<?> getNullValue(DeserializationContext context) {
            return Optional.empty();
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return Optional.empty();
        }
    }
}
