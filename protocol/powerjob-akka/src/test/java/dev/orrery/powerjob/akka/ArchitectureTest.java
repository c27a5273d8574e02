package dev.orrery.powerjob.akka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.orrery.powerjob.akka",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** No class of PowerJob is among them. */
  @ArchTest
  static final ArchRule dependsOnKryoPekkoAndOwnProtocolsOnly =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "scala..",
              "org.apache.pekko..",
              "com.esotericsoftware.kryo.kryo5..",
              "dev.orrery.protocol..",
              "dev.orrery.transport.akka..",
              "dev.orrery.powerjob..");
}
