package dev.orrery.worker.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.orrery.testing.PublicSignatures;

@AnalyzeClasses(
    packages = "dev.orrery.worker.spring",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule usesOnlyTypesPresentInBothSpringBootVersions =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework.boot.actuate.autoconfigure.health..",
              "org.springframework.boot.actuate.autoconfigure.metrics..",
              "org.springframework.boot.actuate.health..",
              "org.springframework.boot.autoconfigure.jackson..",
              "org.springframework.boot.web..");

  @ArchTest
  static final ArchRule confinesOptionalLibrariesToTheirPackages =
      classes()
          .that()
          .resideInAPackage("dev.orrery.worker.spring")
          .and()
          .doNotHaveSimpleName("Jackson2ResultAutoConfiguration")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "com.fasterxml.jackson..",
              "dev.orrery.worker.test..",
              "io.micrometer..",
              "io.opentelemetry..",
              "org.springframework.boot.actuate..",
              "org.springframework.boot.test..");

  @ArchTest
  static final ArchRule exposesNoInternalTypes =
      PublicSignatures.showNoInternalType("dev.orrery.worker.spring..");
}
