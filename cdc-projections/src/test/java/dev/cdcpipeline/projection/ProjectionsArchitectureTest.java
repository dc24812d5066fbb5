package dev.cdcpipeline.projection;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module. */
@AnalyzeClasses(packages = "dev.cdcpipeline.projection", importOptions = DoNotIncludeTests.class)
class ProjectionsArchitectureTest {

    @ArchTest
    static final ArchRule targets_do_not_know_each_other =
            slices().matching("dev.cdcpipeline.projection.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule packages_are_free_of_cycles =
            slices().matching("dev.cdcpipeline.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_the_kafka_target_knows_kafka = noClasses()
            .that()
            .resideOutsideOfPackage("dev.cdcpipeline.projection.kafka..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule only_the_redis_target_knows_lettuce = noClasses()
            .that()
            .resideOutsideOfPackage("dev.cdcpipeline.projection.redis..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..", "io.netty..", "reactor..");

    @ArchTest
    static final ArchRule nobody_knows_debezium_or_anything_internal_of_the_core = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.debezium..", "dev.cdcpipeline.internal..");

    @ArchTest
    static final ArchRule nobody_uses_java_util_logging =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

    @ArchTest
    static final ArchRule nobody_prints = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
}
