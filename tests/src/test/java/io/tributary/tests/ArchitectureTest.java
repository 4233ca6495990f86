package io.tributary.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between modules: jobs to operators and kafka, these two to schemas, none back. */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.tributary");

    private static final String[] JOBS = {
        "io.tributary.aggregation..", "io.tributary.silo..", "io.tributary.cli.."
    };

    @Test
    void schemasKnowNobody() {
        noClasses()
                .that()
                .resideInAPackage("io.tributary.schemas..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.tributary.operators..",
                        "io.tributary.kafka..",
                        "org.apache.flink..",
                        "org.apache.kafka..",
                        "ai.djl..")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(JOBS)
                .check(CLASSES);
    }

    @Test
    void operatorsAndKafkaNeverSeeEachOtherNorTheJobs() {
        noClasses()
                .that()
                .resideInAPackage("io.tributary.operators..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tributary.kafka..", "org.apache.kafka..", "ai.djl..")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(JOBS)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.tributary.kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tributary.operators..", "ai.djl..")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(JOBS)
                .check(CLASSES);
    }

    @Test
    void mathsAndPolicyKnowNoFlink() {
        noClasses()
                .that()
                .resideInAPackage("io.tributary.operators..")
                .and()
                .resideOutsideOfPackage("io.tributary.operators.flink..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.flink..", "io.tributary.operators.flink..")
                .check(CLASSES);
    }

    @Test
    void djlLivesInTheSiloAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.tributary.silo..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
    }

    @Test
    void metricsOfASiloKnowNoTensors() {
        noClasses()
                .that()
                .resideInAPackage("io.tributary.silo.metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "ai.djl..",
                        "io.tributary.silo.model..",
                        "io.tributary.silo.solver..",
                        "io.tributary.silo.train..")
                .check(CLASSES);
    }

    @Test
    void theSiloAndTheJobMeetInTheLogAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.tributary.silo..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tributary.aggregation..", "org.apache.flink..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.tributary.aggregation..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.tributary.silo..")
                .check(CLASSES);
    }
}
