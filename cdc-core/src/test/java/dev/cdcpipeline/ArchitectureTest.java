package dev.cdcpipeline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** Who may know whom in this module. */
@AnalyzeClasses(packages = "dev.cdcpipeline", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_are_free_of_cycles =
            slices().assignedFrom(new EachPackage()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_the_engine_room_knows_debezium_and_kafka_connect = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.cdcpipeline.internal.engine..",
                    "dev.cdcpipeline.internal.decode..",
                    "dev.cdcpipeline.internal.bridge..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.debezium..", "org.apache.kafka..");

    @ArchTest
    static final ArchRule only_the_package_of_meters_needs_micrometer = noClasses()
            .that()
            .resideOutsideOfPackage("dev.cdcpipeline.metrics")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "dev.cdcpipeline.metrics");

    @ArchTest
    static final ArchRule records_need_no_jackson = noClasses()
            .that()
            .resideOutsideOfPackage("dev.cdcpipeline.json")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.cdcpipeline.json");

    @ArchTest
    static final ArchRule public_signatures_name_no_debezium_no_kafka_and_nothing_internal = classes()
            .that()
            .resideOutsideOfPackage("..internal..")
            .and(new SeenByUsers())
            .should(new MentionOnlyPublishedTypes());

    @ArchTest
    static final ArchRule changes_are_plain_java = classes()
            .that()
            .resideInAPackage("dev.cdcpipeline.change..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "org.jspecify.annotations..", "dev.cdcpipeline.change..", "dev.cdcpipeline.failure..");

    @ArchTest
    static final ArchRule nobody_uses_java_util_logging =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

    @ArchTest
    static final ArchRule nobody_prints = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    /** Each package is a slice of its own, the root package with the facade included. */
    private static final class EachPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            return name.startsWith("dev.cdcpipeline") ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "each package";
        }
    }
}
