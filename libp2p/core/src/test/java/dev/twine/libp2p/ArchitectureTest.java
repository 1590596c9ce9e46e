package dev.twine.libp2p;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .importPackages("dev.twine.libp2p");

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("dev.twine.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void contractsKnowNoPackageAboveThem() {
    noClasses()
        .that()
        .resideInAPackage("dev.twine.libp2p.core")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.twine.libp2p", "dev.twine.libp2p.core.(*)..")
        .check(CLASSES);
  }
}
