package dev.orrery.worker.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.orrery.testing.PublicSignatures;
import dev.orrery.worker.test.scheduler.SchedulerExtension;

@AnalyzeClasses(
    packages = "dev.orrery.worker.test",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule confinesJUnitToSchedulerExtension =
      classes()
          .that()
          .areNotAssignableTo(SchedulerExtension.class)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify.annotations",
              "dev.orrery.client",
              "dev.orrery.protocol..",
              "dev.orrery.worker..");

  @ArchTest
  static final ArchRule keepsUnitTestClassesIndependentOfLocalScheduler =
      classes()
          .that()
          .resideInAPackage("dev.orrery.worker.test")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("dev.orrery.worker.test.scheduler");

  @ArchTest
  static final ArchRule exposesNoInternalTypes =
      PublicSignatures.showNoInternalType("dev.orrery.worker.test..");
}
