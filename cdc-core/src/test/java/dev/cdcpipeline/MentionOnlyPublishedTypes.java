package dev.cdcpipeline;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A type's own declaration and its public and protected members name no type that users must not depend on. */
final class MentionOnlyPublishedTypes extends ArchCondition<JavaClass> {

    private static final List<String> UNPUBLISHED =
            List.of("io.debezium.", "org.apache.kafka.", "dev.cdcpipeline.internal.");

    MentionOnlyPublishedTypes() {
        super("mention only types that users may depend on");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        report(type, "declaration of " + type.getName(), declaredTypes(type), events);
        type.getFields().stream()
                .filter(MentionOnlyPublishedTypes::isSeen)
                .forEach(field -> report(type, field.getDescription(), field.getAllInvolvedRawTypes(), events));
        type.getCodeUnits().stream()
                .filter(MentionOnlyPublishedTypes::isSeen)
                .forEach(unit -> report(type, unit.getDescription(), mentionedTypes(unit), events));
    }

    private static boolean isSeen(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Set<JavaClass> declaredTypes(JavaClass type) {
        Set<JavaClass> types = new LinkedHashSet<>();
        type.getSuperclass().ifPresent(superclass -> types.addAll(superclass.getAllInvolvedRawTypes()));
        type.getInterfaces().forEach(each -> types.addAll(each.getAllInvolvedRawTypes()));
        types.addAll(bounds(type.getTypeParameters().stream()));
        return types;
    }

    private static Set<JavaClass> mentionedTypes(JavaCodeUnit unit) {
        Set<JavaClass> types = new LinkedHashSet<>(unit.getAllInvolvedRawTypes());
        types.addAll(unit.getExceptionTypes());
        types.addAll(bounds(unit.getTypeParameters().stream()));
        return types;
    }

    private static Set<JavaClass> bounds(Stream<? extends JavaTypeVariable<?>> parameters) {
        Set<JavaClass> types = new LinkedHashSet<>();
        parameters
                .flatMap(each -> each.getUpperBounds().stream())
                .map(JavaType::getAllInvolvedRawTypes)
                .forEach(types::addAll);
        return types;
    }

    private static void report(JavaClass type, String place, Set<JavaClass> mentioned, ConditionEvents events) {
        mentioned.stream()
                .filter(each -> UNPUBLISHED.stream()
                        .anyMatch(each.getBaseComponentType().getName()::startsWith))
                .forEach(each -> events.add(SimpleConditionEvent.violated(
                        type, place + " mentions " + each.getName() + " in " + type.getSourceCodeLocation())));
    }
}
