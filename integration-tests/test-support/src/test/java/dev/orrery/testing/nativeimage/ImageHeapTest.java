package dev.orrery.testing.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageHeapTest {
  private static final String PREFIX = ImageHeapTest.class.getName() + "$";

  @TempDir private Path directory;

  static final class Direct {
    static final Random RANDOM = new SecureRandom();
    static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
    static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(1);
    static final Thread NOT_STARTED = new Thread(() -> {});
    static final ExecutorService NOT_STARTED_POOL = Executors.newFixedThreadPool(1);
    static final String TEXT = "text";
    static final int NUMBER = 1;
    static Object nothing;
  }

  static final class Hidden {
    record Box(Object inside) {}

    static final Map<String, List<Object>> COLLECTION = Map.of("key", List.of(new Random()));
    static final Object[][] ARRAY = {{new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)}};
    static final Box OBJECT = new Box(new AtomicReference<>(new Box(new Random())));
    static final Supplier<Object> LAMBDA = captured(new Random());

    private static Supplier<Object> captured(Object value) {
      return () -> value;
    }
  }

  static final class Started {
    static final ExecutorService EXECUTOR =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            });

    static {
      EXECUTOR.execute(() -> {});
    }
  }

  static final class Broken {
    static final int VALUE = Integer.parseInt("none");
  }

  @Test
  void findsFieldsThatHoldWhatCompilerRejects() throws IOException {
    assertThat(findings(Direct.class))
        .satisfiesExactlyInAnyOrder(
            finding -> assertThat(finding).contains("$Direct.RANDOM in", "reaches", "SecureRandom"),
            finding -> assertThat(finding).contains("$Direct.ADDRESS in", "reaches", "Inet"),
            finding -> assertThat(finding).contains("$Direct.BUFFER in", "reaches", "ByteBuffer"));
  }

  @Test
  void followsCollectionsArraysAndObjects() throws IOException {
    assertThat(findings(Hidden.class, Hidden.Box.class))
        .hasSize(4)
        .allMatch(
            finding -> finding.matches(".*reaches java\\.(util\\.Random|net\\.Inet4Address)"));
  }

  @Test
  void findsStartedExecutor() throws IOException {
    assertThat(findings(Started.class)).hasSize(1);
  }

  @Test
  void skipsClassesThatCannotBeInitialized() throws IOException {
    assertThat(findings(Broken.class)).isEmpty();
  }

  @Test
  void skipsClassesThatAreInitializedAtRunTime() throws IOException {
    Path arguments = directory.resolve("META-INF/native-image/test/native-image.properties");
    Files.createDirectories(arguments.getParent());
    Files.writeString(
        arguments, "Args = -H:+Option \\\n  --initialize-at-run-time=other," + PREFIX + "Direct\n");

    assertThat(findings(Direct.class)).isEmpty();
  }

  @Test
  void reportsUnnecessaryException() throws IOException {
    String name = PREFIX + "Started.EXECUTOR";

    assertThat(findings(Map.of(name, "why"), Started.class)).isEmpty();
    assertThat(findings(Map.of(name, "why", "none", "why"), Started.class))
        .containsExactly("exception without need: none");
  }

  /** ArchUnit is a dependency, JUnit is one of the tests only. */
  @Test
  void followsDependenciesOfModuleWithoutThoseOfTests() {
    Libraries libraries = Libraries.of(ImageHeap.class);

    assertThat(libraries.all())
        .extracting(Library::name)
        .contains("orrery-test-support", "archunit", "slf4j-api");
    assertThat(ClassFileImporter.class.getProtectionDomain().getCodeSource().getLocation())
        .isEqualTo(libraries.onClassPath().get("archunit").url());
  }

  @Test
  void refusesModuleFromJar() {
    assertThatThrownBy(() -> ImageHeap.findings(ClassFileImporter.class, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not from a directory");
  }

  private List<String> findings(Class<?>... types) throws IOException {
    return findings(Map.of(), types);
  }

  private List<String> findings(Map<String, String> exceptions, Class<?>... types)
      throws IOException {
    for (Class<?> type : types) {
      String file = type.getName().replace('.', '/') + ".class";
      Path copy = directory.resolve(file);
      Files.createDirectories(copy.getParent());
      try (var bytes = type.getClassLoader().getResourceAsStream(file)) {
        Files.write(copy, bytes.readAllBytes());
      }
    }
    Library library = new Library("fixture", directory);
    return ImageHeap.findings(List.of(library), List.of(library), exceptions);
  }
}
