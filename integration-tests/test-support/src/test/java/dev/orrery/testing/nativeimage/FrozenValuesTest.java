package dev.orrery.testing.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

// The compiler warns of some of these mistakes by itself.
@SuppressWarnings({"JavaTimeDefaultTimeZone", "TimeInStaticInitializer"})
class FrozenValuesTest {
  // One class for each thing to read. None of them is initialized: only their bytecode is read.

  static final class Environment {
    static final String HOME = System.getenv("HOME");
  }

  static final class Property {
    static final String NAME = System.getProperty("os.name");
  }

  static final class NumericProperty {
    static final Integer LIMIT = Integer.getInteger("limit");
  }

  static final class Processors {
    static final int COUNT = Runtime.getRuntime().availableProcessors();
  }

  static final class Memory {
    static final long MAX = Runtime.getRuntime().maxMemory();
  }

  static final class Now {
    static final Instant STARTED = Instant.now();
  }

  static final class Today {
    static final LocalDate DATE = LocalDate.now(ZoneId.of("UTC"));
  }

  static final class Millis {
    static final long STARTED = System.currentTimeMillis();
  }

  static final class Nanos {
    static final long STARTED = System.nanoTime();
  }

  static final class SystemClock {
    static final Clock CLOCK = Clock.systemDefaultZone();
  }

  static final class Host {
    static final String NAME = name();

    private static String name() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "unknown";
      }
    }
  }

  static final class Pid {
    static final long PID = ProcessHandle.current().pid();
  }

  static final class Zone {
    static final ZoneId ZONE = ZoneId.systemDefault();
  }

  static final class OldZone {
    static final String ZONE = TimeZone.getDefault().getID();
  }

  static final class Language {
    static final Locale LOCALE = Locale.getDefault();
  }

  static final class Id {
    static final UUID ID = UUID.randomUUID();
  }

  static final class Seed {
    static final long SEED = new java.security.SecureRandom().nextLong();
  }

  static final class Files {
    static final boolean SETSID =
        java.nio.file.Files.isExecutable(java.nio.file.Path.of("/usr/bin/setsid"));
  }

  static final class Block {
    static final String HOME;

    static {
      HOME = System.getenv("HOME");
    }
  }

  enum Constant {
    ONE;

    private final long since = System.nanoTime();

    long since() {
      return since;
    }
  }

  static Stream<Arguments> reads() {
    return Stream.of(
        Arguments.of(Environment.class, "java.lang.System.getenv"),
        Arguments.of(Property.class, "java.lang.System.getProperty"),
        Arguments.of(NumericProperty.class, "java.lang.Integer.getInteger"),
        Arguments.of(Processors.class, "java.lang.Runtime.availableProcessors"),
        Arguments.of(Memory.class, "java.lang.Runtime.maxMemory"),
        Arguments.of(Now.class, "java.time.Instant.now"),
        Arguments.of(Today.class, "java.time.LocalDate.now"),
        Arguments.of(Millis.class, "java.lang.System.currentTimeMillis"),
        Arguments.of(Nanos.class, "java.lang.System.nanoTime"),
        Arguments.of(SystemClock.class, "java.time.Clock.systemDefaultZone"),
        Arguments.of(Host.class, "java.net.InetAddress.getLocalHost"),
        Arguments.of(Pid.class, "java.lang.ProcessHandle.current"),
        Arguments.of(Zone.class, "java.time.ZoneId.systemDefault"),
        Arguments.of(OldZone.class, "java.util.TimeZone.getDefault"),
        Arguments.of(Language.class, "java.util.Locale.getDefault"),
        Arguments.of(Id.class, "java.util.UUID.randomUUID"),
        Arguments.of(Seed.class, "java.security.SecureRandom.<init>"),
        Arguments.of(Files.class, "java.nio.file.Files.isExecutable"),
        Arguments.of(Block.class, "java.lang.System.getenv"),
        Arguments.of(Constant.class, "java.lang.System.nanoTime"));
  }

  @ParameterizedTest
  @MethodSource("reads")
  void reportsEnvironmentReadsInStaticInitializers(Class<?> type, String read) {
    List<String> findings = findings(Map.of(), type);

    assertThat(findings)
        .singleElement()
        .asString()
        .startsWith("static initializer of " + type.getName() + " (line ")
        .endsWith("-> " + read);
  }

  // Ways there.

  interface Source {
    String value();
  }

  static final class EnvironmentSource implements Source {
    @Override
    public String value() {
      return System.getenv("HOME");
    }
  }

  static final class ThroughAnInterface {
    static final String HOME = of(new EnvironmentSource());

    private static String of(Source source) {
      return source.value();
    }
  }

  static final class Settings {
    private final String home;

    Settings() {
      home = System.getenv("HOME");
    }

    @Override
    public String toString() {
      return home;
    }
  }

  static final class ThroughAConstructor {
    static final Settings SETTINGS = new Settings();
  }

  static final class ThroughALambda {
    static final List<String> VALUES =
        Stream.of("A", "B").map(name -> System.getenv(name)).toList();
  }

  static final class ThroughAReference {
    static final List<String> VALUES = Stream.of("A", "B").map(System::getenv).toList();
  }

  @Test
  void followsCallsFromStaticInitializers() {
    assertThat(findings(Map.of(), ThroughAConstructor.class, Settings.class))
        .singleElement()
        .asString()
        .matches(
            ".*ThroughAConstructor \\(line \\d+\\) -> .*Settings\\.<init> \\(line \\d+\\) ->"
                + " java\\.lang\\.System\\.getenv");
    assertThat(findings(Map.of(), ThroughAnInterface.class, Source.class, EnvironmentSource.class))
        .singleElement()
        .asString()
        .contains("ThroughAnInterface (line ", "Source.value (line ");
    assertThat(findings(Map.of(), ThroughALambda.class)).hasSize(1);
    assertThat(findings(Map.of(), ThroughAReference.class)).hasSize(1);
  }

  // What is harmless.

  static final class Harmless {
    static final Instant EARLIEST = Instant.EPOCH;
    static final ZoneId UTC = ZoneId.of("UTC");
    static final Locale ROOT = Locale.ROOT;
    private static int calls;

    static String home() {
      calls++;
      return System.getenv("HOME") + calls;
    }
  }

  static final class Held {
    static final LongSupplier NANOS = System::nanoTime;
  }

  @Test
  void ignoresReadsOutsideStaticInitializers() {
    assertThat(findings(Map.of(), Harmless.class, Settings.class)).isEmpty();
  }

  @Test
  void appliesExceptionsAndReportsUnusedException() {
    Map<Class<?>, String> exceptions = Map.of(Held.class, "holds it, and calls it later");

    assertThat(findings(Map.of(), Held.class)).hasSize(1);
    assertThat(findings(exceptions, Held.class)).isEmpty();
    assertThat(findings(exceptions, Harmless.class))
        .containsExactly("exception without need: " + Held.class.getName());
  }

  private static List<String> findings(Map<Class<?>, String> exceptions, Class<?>... types) {
    Collection<JavaClass> classes =
        List.copyOf(FrozenValues.imported(importer -> importer.importClasses(types)));
    return FrozenValues.findings(classes, exceptions);
  }
}
