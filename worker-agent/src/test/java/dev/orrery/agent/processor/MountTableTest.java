package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountTableTest {
  private static final MountTable MOUNTS =
      MountTable.parse(
          List.of(
              "21 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
              "22 21 0:21 / /proc rw shared:5 - proc proc rw",
              "30 21 254:1 / /home rw,nosuid shared:6 - ext4 /dev/vdb rw",
              "31 21 254:1 /ada/my\\040files /srv/files rw - ext4 /dev/vdb rw",
              "32 21 254:1 / /mnt/home ro - ext4 /dev/vdb rw",
              "33 32 0:40 / /mnt/home/bob rw - tmpfs none rw",
              "34 30 0:41 / /home/ada/tmp rw - tmpfs none rw",
              "35 21 0:4 net:[4026532000] /run/netns/x rw - nsfs nsfs rw"));

  @Test
  void findsAliasPathsOfDirectory() {
    assertThat(MOUNTS.aliases(Path.of("/home/ada/my files/secret")))
        .containsExactly(Path.of("/srv/files/secret"), Path.of("/mnt/home/ada/my files/secret"));
    assertThat(MOUNTS.aliases(Path.of("/srv/files")))
        .containsExactly(Path.of("/home/ada/my files"), Path.of("/mnt/home/ada/my files"));
  }

  @Test
  void findsMountsOfSubdirectories() {
    assertThat(MOUNTS.aliases(Path.of("/home/ada")))
        .containsExactly(Path.of("/srv/files"), Path.of("/mnt/home/ada"));
  }

  @Test
  void omitsAliasCoveredByAnotherMount() {
    assertThat(MOUNTS.aliases(Path.of("/home/bob/secret"))).isEmpty();
    assertThat(MOUNTS.aliases(Path.of("/etc"))).isEmpty();
  }

  @Test
  void listsMountPointsBelowDirectory() {
    assertThat(MOUNTS.below(Path.of("/home"))).containsExactly(Path.of("/home/ada/tmp"));
    assertThat(MOUNTS.below(Path.of("/home/ada/tmp"))).isEmpty();
  }
}
