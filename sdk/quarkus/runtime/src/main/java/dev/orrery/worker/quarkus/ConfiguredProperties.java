package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.setting.WorkerProperties;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Passes the settings of a worker of a Quarkus application to the binding. */
public record ConfiguredProperties(WorkerConfig config) implements WorkerProperties {

  @Override
  public String app() {
    return config.app().orElse(null);
  }

  @Override
  public String token() {
    return config.token().orElse(null);
  }

  @Override
  public Path tokenFile() {
    return config.tokenFile().orElse(null);
  }

  @Override
  public List<String> server() {
    return config.server().orElse(List.of());
  }

  @Override
  public String name() {
    return config.name().orElse(null);
  }

  @Override
  public int capacity() {
    return config.capacity();
  }

  @Override
  public List<String> tags() {
    return config.tags().orElse(List.of());
  }

  @Override
  public Duration drainTimeout() {
    return config.drainTimeout();
  }

  @Override
  public Duration killGracePeriod() {
    return config.killGracePeriod();
  }

  @Override
  public String protocol() {
    return config.protocol();
  }

  @Override
  public Boolean virtualThreads() {
    return config.virtualThreads();
  }

  @Override
  public String tlsName() {
    return config.tlsConfigurationName().orElse(null);
  }

  @Override
  public boolean declareJobs() {
    return config.declareJobs();
  }

  @Override
  public List<URI> declareServer() {
    return config.declareServer().orElse(List.of());
  }

  @Override
  public String declareToken() {
    return config.declareToken().orElse(null);
  }

  @Override
  public Path declareTokenFile() {
    return config.declareTokenFile().orElse(null);
  }

  @Override
  public String declareOwner() {
    return config.declareOwner().orElse(null);
  }

  @Override
  public String declareVersion() {
    return config.declareVersion().orElse(null);
  }

  @Override
  public boolean declarePrune() {
    return config.declarePrune();
  }

  @Override
  public boolean declareHealth() {
    return config.declareHealth();
  }

  @Override
  public boolean declareDryRun() {
    return config.declareDryRun();
  }

  /** Leaves the tokens out. */
  @Override
  public String toString() {
    return "ConfiguredProperties[app=" + app() + ", server=" + server() + ", name=" + name() + "]";
  }
}
