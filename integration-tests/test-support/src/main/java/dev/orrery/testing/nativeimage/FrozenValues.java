package dev.orrery.testing.nativeimage;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds static initializers that read the state of the machine. A native build runs them on the
 * build machine and stores the result: a container would see the build's environment, clock or
 * number of processors.
 *
 * <p>Follows calls through our own classes, including overriding methods. A lambda or a method
 * reference counts as called where it is created, because bytecode does not show when it runs.
 */
public final class FrozenValues {
  private static final String OURS = "dev.orrery";

  /** Methods that read the machine, by owner; a name may end in {@code *}. */
  private static final Map<String, Set<String>> READS =
      Map.ofEntries(
          Map.entry(
              "java.lang.System",
              Set.of("getenv", "getProperty", "getProperties", "currentTimeMillis", "nanoTime")),
          Map.entry("java.lang.Integer", Set.of("getInteger")),
          Map.entry("java.lang.Long", Set.of("getLong")),
          Map.entry("java.lang.Boolean", Set.of("getBoolean")),
          Map.entry(
              "java.lang.Runtime",
              Set.of("availableProcessors", "maxMemory", "totalMemory", "freeMemory")),
          Map.entry("java.lang.ProcessHandle", Set.of("*")),
          Map.entry("java.lang.Math", Set.of("random")),
          Map.entry("java.lang.management.ManagementFactory", Set.of("*")),
          Map.entry("java.net.InetAddress", Set.of("getLocalHost")),
          Map.entry("java.net.NetworkInterface", Set.of("*")),
          Map.entry("java.nio.charset.Charset", Set.of("defaultCharset")),
          Map.entry("java.nio.file.Files", Set.of("*")),
          Map.entry("java.nio.file.Path", Set.of("toAbsolutePath", "toRealPath")),
          Map.entry("java.time.Clock", Set.of("system*", "tick*")),
          Map.entry("java.time.InstantSource", Set.of("system")),
          Map.entry("java.time.ZoneId", Set.of("systemDefault")),
          Map.entry("java.util.Locale", Set.of("getDefault")),
          Map.entry("java.util.TimeZone", Set.of("getDefault")),
          Map.entry("java.util.UUID", Set.of("randomUUID")),
          Map.entry("java.util.Date", Set.of("<init>")),
          Map.entry("java.util.Random", Set.of("<init>")),
          Map.entry("java.util.SplittableRandom", Set.of("<init>")),
          Map.entry("java.util.random.RandomGenerator", Set.of("getDefault", "of")),
          Map.entry("java.security.SecureRandom", Set.of("<init>", "getInstance*")),
          Map.entry("java.util.concurrent.ThreadLocalRandom", Set.of("current")),
          Map.entry("org.eclipse.microprofile.config.ConfigProvider", Set.of("*")));

  private FrozenValues() {}

  /**
   * Checks the static initializers of a module.
   *
   * @param member any class of the module, which must be compiled to a directory
   * @param exceptions classes whose initializer may contain such a call, each with the reason; an
   *     unnecessary exception is a finding
   * @return a line for each initializer that reads the machine, with the path of calls
   */
  public static List<String> findings(Class<?> member, Map<Class<?>, String> exceptions) {
    Set<String> module = Set.copyOf(Library.of(member).classes());
    JavaClasses ours =
        imported(
            importer ->
                importer
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importUrls(directories(member)));
    return findings(module.stream().map(ours::get).toList(), exceptions);
  }

  /** Returns the directories of our classes: the module, its dependencies, and its tests. */
  private static List<URL> directories(Class<?> member) {
    try {
      return Collections.list(member.getClassLoader().getResources(OURS.replace('.', '/')));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Imports our own bytecode only, because following libraries would take most of the time. */
  static JavaClasses imported(Function<ClassFileImporter, JavaClasses> what) {
    return ArchConfiguration.withThreadLocalScope(
        configuration -> {
          configuration.setResolveMissingDependenciesFromClassPath(false);
          return what.apply(new ClassFileImporter());
        });
  }

  static List<String> findings(Collection<JavaClass> classes, Map<Class<?>, String> exceptions) {
    Set<String> unused = new TreeSet<>();
    exceptions.keySet().forEach(type -> unused.add(type.getName()));
    List<String> findings = new ArrayList<>();
    for (JavaClass type :
        classes.stream().sorted(Comparator.comparing(JavaClass::getName)).toList()) {
      Optional<String> found = type.getStaticInitializer().flatMap(FrozenValues::read);
      if (found.isPresent() && !unused.remove(type.getName())) {
        findings.add(found.get());
      }
    }
    unused.forEach(name -> findings.add("exception without need: " + name));
    return findings;
  }

  private record Step(JavaCodeUnit unit, String path) {}

  /** Returns the shortest path from an initializer to a call that reads the machine. */
  private static Optional<String> read(JavaStaticInitializer initializer) {
    Set<JavaCodeUnit> seen = new HashSet<>();
    Deque<Step> next = new ArrayDeque<>();
    seen.add(initializer);
    next.add(new Step(initializer, "static initializer of " + initializer.getOwner().getName()));
    while (!next.isEmpty()) {
      Step step = next.removeFirst();
      for (JavaAccess<?> access : inOrder(step.unit())) {
        if (access.getTarget() instanceof CodeUnitAccessTarget target) {
          String path = step.path() + " (line " + access.getLineNumber() + ") -> " + name(target);
          if (readsTheMachine(target)) {
            return Optional.of(path);
          }
          called(target).filter(seen::add).forEach(unit -> next.add(new Step(unit, path)));
        }
      }
    }
    return Optional.empty();
  }

  private static List<JavaAccess<?>> inOrder(JavaCodeUnit unit) {
    return unit.getAccessesFromSelf().stream()
        .sorted(
            Comparator.<JavaAccess<?>>comparingInt(JavaAccess::getLineNumber)
                .thenComparing(access -> access.getTarget().getFullName()))
        .toList();
  }

  private static String name(CodeUnitAccessTarget target) {
    return target.getOwner().getName() + "." + target.getName();
  }

  private static boolean readsTheMachine(CodeUnitAccessTarget target) {
    JavaClass owner = target.getOwner();
    String name = target.getName();
    return (owner.getPackageName().equals("java.time") && name.equals("now"))
        || READS.getOrDefault(owner.getName(), Set.of()).stream()
            .anyMatch(
                read ->
                    read.endsWith("*")
                        ? name.startsWith(read.substring(0, read.length() - 1))
                        : name.equals(read));
  }

  /** Returns our own code that the call may run. */
  private static Stream<JavaCodeUnit> called(CodeUnitAccessTarget target) {
    if (!target.getOwner().getName().startsWith(OURS + ".")) {
      return Stream.empty();
    }
    return target.resolveMember().stream()
        .flatMap(
            unit ->
                Stream.concat(
                    Stream.of(unit),
                    unit instanceof JavaMethod method ? overriding(method) : Stream.empty()));
  }

  private static Stream<JavaCodeUnit> overriding(JavaMethod method) {
    String[] parameters =
        method.getRawParameterTypes().stream().map(JavaClass::getName).toArray(String[]::new);
    return method.getOwner().getAllSubclasses().stream()
        .flatMap(type -> type.tryGetMethod(method.getName(), parameters).stream());
  }
}
