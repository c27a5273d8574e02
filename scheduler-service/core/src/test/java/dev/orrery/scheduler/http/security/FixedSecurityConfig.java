package dev.orrery.scheduler.http.security;

import java.nio.file.Path;
import java.util.Optional;

record FixedSecurityConfig(String adminToken) implements SecurityConfig {
  @Override
  public Optional<Path> adminTokenFile() {
    return Optional.empty();
  }
}
