package dev.orrery.k8s.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssetsTest {
  private static final String NO_PATH = "";

  @TempDir private Path configured;
  @TempDir private Path usual;
  @TempDir private Path elsewhere;

  @Test
  void prefersConfiguredDirectoryToDefaultDirectory() throws IOException {
    programs(configured, "etcd", "kube-apiserver", "kubectl", "kube-controller-manager");
    programs(usual, "etcd", "kube-apiserver", "kubectl");

    assertThat(found(NO_PATH))
        .contains(
            new Assets(
                configured.resolve("etcd"),
                configured.resolve("kube-apiserver"),
                configured.resolve("kubectl"),
                Optional.of(configured.resolve("kube-controller-manager"))));
  }

  @Test
  void usesDefaultDirectoryWithoutVariable() throws IOException {
    programs(usual, "etcd", "kube-apiserver", "kubectl");

    Assets assets = Assets.find(Optional.empty(), usual, NO_PATH).orElseThrow();

    assertThat(assets.apiServer()).isEqualTo(usual.resolve("kube-apiserver"));
    assertThat(assets.controllerManager()).isEmpty();
  }

  @Test
  void returnsEmptyWhenNothingIsConfiguredOrInstalled() {
    assertThat(Assets.find(Optional.empty(), usual, elsewhere.toString())).isEmpty();
  }

  @Test
  void namesConfiguredDirectoryAndMissingProgram() throws IOException {
    programs(configured, "etcd", "kubectl");
    programs(usual, "etcd", "kube-apiserver", "kubectl");

    assertThatThrownBy(() -> found(NO_PATH))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("KUBEBUILDER_ASSETS=" + configured + " has no executable kube-apiserver");
  }

  @Test
  void ignoresProgramThatIsNotExecutable() throws IOException {
    programs(usual, "etcd", "kubectl");
    Files.createFile(usual.resolve("kube-apiserver"));

    assertThat(Assets.find(Optional.empty(), usual, NO_PATH)).isEmpty();
  }

  @Test
  void findsKubectlOnThePath() throws IOException {
    programs(configured, "etcd", "kube-apiserver");
    programs(elsewhere, "kubectl");

    assertThat(found(usual + File.pathSeparator + elsewhere).orElseThrow().kubectl())
        .isEqualTo(elsewhere.resolve("kubectl"));
  }

  @Test
  void namesSearchedPlacesWhenKubectlIsMissing() throws IOException {
    programs(configured, "etcd", "kube-apiserver");

    assertThatThrownBy(() -> found(NO_PATH)).hasMessageContaining("kubectl is neither in ");
  }

  private Optional<Assets> found(String path) {
    return Assets.find(Optional.of(configured.toString()), usual, path);
  }

  private static void programs(Path directory, String... names) throws IOException {
    for (String name : names) {
      assertThat(Files.createFile(directory.resolve(name)).toFile().setExecutable(true)).isTrue();
    }
  }
}
