package dev.orrery.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import dev.orrery.scheduler.testkit.MainClasses;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Compares the caches of the service with the native configuration. Caffeine finds the classes of a
 * cache and of its entries by name, and the name depends on the calls of the builder. A native
 * program contains only classes that are listed.
 */
@AnalyzeClasses(packages = "dev.orrery.scheduler", importOptions = MainClasses.class)
class NativeCacheTest {
  private static final String LIST =
      "/META-INF/native-image/dev.orrery/orrery-scheduler-service/reflect-config.json";

  private static final String CAFFEINE = Caffeine.class.getPackageName() + ".";

  @ArchTest
  static void classesOfAllCachesAreListed(JavaClasses service)
      throws IOException, ReflectiveOperationException {
    Set<String> chosen = new TreeSet<>();
    for (JavaCodeUnit builder : builders(service)) {
      chosen.addAll(classesFor(builder));
    }

    assertThat(listed()).as("classes in %s", LIST).isEqualTo(chosen);
  }

  private static List<JavaCodeUnit> builders(JavaClasses service) {
    List<JavaMethodCall> builds =
        service.stream()
            .flatMap(type -> type.getMethodCallsFromSelf().stream())
            .filter(call -> call.getTargetOwner().isEquivalentTo(Caffeine.class))
            .filter(call -> Set.of("build", "buildAsync").contains(call.getName()))
            .toList();
    assertThat(builds)
        .as("builds of caches; this test cannot call those in a lambda")
        .isNotEmpty()
        .noneMatch(JavaAccess::isDeclaredInLambda);
    return builds.stream().map(JavaMethodCall::getOrigin).distinct().toList();
  }

  /** Returns the names that Caffeine has looked up for the caches of a constructor or method. */
  private static Set<String> classesFor(JavaCodeUnit builder) throws ReflectiveOperationException {
    Map<?, ?> caches = factories("LocalCacheFactory");
    Map<?, ?> entries = factories("NodeFactory");
    caches.clear();
    entries.clear();
    call(builder.reflect());

    assertThat(caches).as("classes for the caches of %s", builder.getFullName()).isNotEmpty();
    assertThat(entries).as("classes for the entries of %s", builder.getFullName()).isNotEmpty();
    Set<String> names = new TreeSet<>();
    Stream.of(caches, entries)
        .flatMap(found -> found.keySet().stream())
        .forEach(name -> names.add(CAFFEINE + name));
    return names;
  }

  /** Returns the factories that Caffeine keeps by the names of their classes. */
  private static Map<?, ?> factories(String type) throws ReflectiveOperationException {
    Field factories = Class.forName(CAFFEINE + type).getDeclaredField("FACTORIES");
    factories.setAccessible(true);
    return (Map<?, ?>) factories.get(null);
  }

  private static void call(Member member) throws ReflectiveOperationException {
    if (member instanceof Constructor<?> constructor) {
      constructor.setAccessible(true);
      constructor.newInstance(values(constructor.getParameterTypes()));
    } else if (member instanceof Method method) {
      method.setAccessible(true);
      method.invoke(null, values(method.getParameterTypes()));
    } else {
      throw new IllegalArgumentException(
          "Build the cache in a constructor or a static method: " + member);
    }
  }

  private static Object[] values(Class<?>... types) {
    return Stream.of(types).map(NativeCacheTest::value).toArray();
  }

  private static Object value(Class<?> type) {
    if (type == int.class) {
      return 1;
    } else if (type == long.class) {
      return 1L;
    } else if (type == String.class) {
      return "text";
    } else if (type == Duration.class) {
      return Duration.ofMinutes(1);
    } else if (type.isInterface()) {
      return Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) -> value(method.getReturnType()));
    }
    return null;
  }

  private static Set<String> listed() throws IOException {
    Set<String> listed = new TreeSet<>();
    try (InputStream list = NativeCacheTest.class.getResourceAsStream(LIST)) {
      for (JsonNode entry : new ObjectMapper().readTree(list)) {
        listed.add(entry.get("name").asText());
        assertThat(entry.get("allDeclaredConstructors").booleanValue()).isTrue();
        assertThat(entry.get("allDeclaredMethods").booleanValue()).isTrue();
        assertThat(entry.get("allDeclaredFields").booleanValue()).isTrue();
      }
    }
    return listed;
  }
}
