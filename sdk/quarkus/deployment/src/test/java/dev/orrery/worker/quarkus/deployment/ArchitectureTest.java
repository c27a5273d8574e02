package dev.orrery.worker.quarkus.deployment;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.orrery.testing.PublicSignatures;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String EXTENSION = "dev.orrery.worker.quarkus";

  @Test
  void exposesNoInternalTypes() {
    PublicSignatures.showNoInternalType(EXTENSION + "..")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(EXTENSION));
  }
}
