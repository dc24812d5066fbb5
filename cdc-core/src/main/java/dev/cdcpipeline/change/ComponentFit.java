package dev.cdcpipeline.change;

import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells from types alone which columns a component can take; what {@link Conversion} then does with their values. */
record ComponentFit(Converters converters) {

    boolean accepts(Type type, ValueType column) {
        Type element = ComponentTypes.element(type);
        if (converters.readsText(type)) {
            return converters.of(type) != null || element == null || holdsTexts(column, element);
        }
        Type held = ComponentTypes.optional(type);
        if (held != null) {
            return accepts(held, column);
        }
        if (column.element() != null) {
            return element == null ? type == Object.class : acceptsElements(element, leaf(column));
        }
        Class<?> raw = ComponentTypes.raw(type);
        if (column.valueClass() == Map.class) {
            return ComponentTypes.isTextMap(type);
        }
        if (ScalarConversions.find(raw, column.valueClass()) != null) {
            return true;
        }
        if (column.valueClass() == Row.class) {
            return raw != null && ComponentTypes.isDocument(type) && acceptsFields(raw, column.fields());
        }
        return column.valueClass() == String.class && isRead(type, column.json());
    }

    /** A list of texts, also from a JSON array, which knows no converters. */
    private boolean holdsTexts(ValueType column, Type element) {
        return column.element() != null || (column.json() && element == String.class);
    }

    private static ValueType leaf(ValueType column) {
        ValueType element = column.element();
        return element == null ? column : leaf(element);
    }

    /** An array type does not tell its dimensions, so lists of lists take it, too. */
    private boolean acceptsElements(Type element, ValueType leaf) {
        Type inner = ComponentTypes.element(element);
        return inner == null ? accepts(element, leaf) : acceptsElements(inner, leaf);
    }

    private boolean acceptsFields(Class<?> raw, Map<String, ValueType> fields) {
        RecordMapping<?> mapping;
        try {
            mapping = RecordMapping.of("", raw, converters);
        } catch (IllegalArgumentException e) {
            return false;
        }
        for (RecordColumn component : mapping.columns()) {
            @Nullable ValueType field = fields.get(component.column());
            if (field == null || !accepts(component.type(), field)) {
                return false;
            }
        }
        return true;
    }

    private boolean isRead(Type type, boolean json) {
        if (json ? !ComponentTypes.isDocument(type) : !ComponentTypes.isPlainlyDocument(type, converters)) {
            return false;
        }
        converters.json();
        return true;
    }
}
