package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.quarkus.OrreryWorkerConfig;
import dev.orrery.worker.quarkus.client.OrreryClientConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The configuration and beans of an application, for tests that create a bean of the extension. */
public final class TestApplication {
  private TestApplication() {}

  /** Returns settings without those of the machine. */
  public static SmallRyeConfig config(Map<String, String> settings) {
    return config(new PropertiesConfigSource(settings, "test", 250));
  }

  static SmallRyeConfig config(ConfigSource settings) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withMapping(OrreryWorkerConfig.class)
        .withMapping(OrreryClientConfig.class)
        .withConverter(Duration.class, 200, new DurationConverter())
        .withSources(settings)
        .build();
  }

  @SuppressWarnings("unchecked")
  public static <T> Instance<T> noBeans() {
    return (Instance<T>)
        Proxy.newProxyInstance(
            TestApplication.class.getClassLoader(),
            new Class<?>[] {Instance.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "select" -> proxy;
                  case "stream" -> Stream.empty();
                  case "isResolvable" -> false;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
