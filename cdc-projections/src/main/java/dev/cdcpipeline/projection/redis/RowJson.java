package dev.cdcpipeline.projection.redis;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.failure.ConversionException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row as an object of its columns. What has no Java form is PostgreSQL's text. */
final class RowJson extends JsonSerializer<Row> {

    @Override
    public void serialize(Row row, JsonGenerator json, SerializerProvider provider) throws IOException {
        RowLayout layout = row.layout();
        json.writeStartObject();
        for (int i = 0; i < layout.columns().size(); i++) {
            json.writeFieldName(layout.columns().get(i));
            write(row, i, layout.sqlType(i), json, provider);
        }
        json.writeEndObject();
    }

    private static void write(Row row, int index, String sqlType, JsonGenerator json, SerializerProvider provider)
            throws IOException {
        Object value;
        try {
            value = row.value(index);
        } catch (ConversionException e) {
            json.writeString(row.text(index));
            return;
        }
        String type = sqlType.replace("[]", "");
        write(value, type.equals("json") || type.equals("jsonb"), json, provider);
    }

    private static void write(@Nullable Object value, boolean isJson, JsonGenerator json, SerializerProvider provider)
            throws IOException {
        if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(element, isJson, json, provider);
            }
            json.writeEndArray();
        } else if (isJson && value instanceof String document) {
            json.writeRawValue(document);
        } else {
            provider.defaultSerializeValue(value, json);
        }
    }
}
