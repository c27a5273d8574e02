package dev.orrery.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.orrery.testing.PublicSignatures;

@AnalyzeClasses(
    packages = "dev.orrery.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule dependsOnlyOnJdkAndProtocol =
      classes()
          .that()
          .resideOutsideOfPackage("dev.orrery.client.otel")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.net.ssl..",
              "javax.sql..",
              "org.jspecify.annotations",
              "dev.orrery.protocol..",
              "dev.orrery.client");

  @ArchTest
  static final ArchRule exposesNoInternalTypes =
      PublicSignatures.showNoInternalType("dev.orrery.client..");
}
