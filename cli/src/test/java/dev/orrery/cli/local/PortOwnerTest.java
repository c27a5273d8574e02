package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortOwnerTest {
  @TempDir private Path proc;

  @BeforeEach
  void writeTables() throws IOException {
    Files.createDirectory(proc.resolve("net"));
    String head =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
            + "  timeout inode\n";
    Files.writeString(
        proc.resolve("net/tcp"),
        head
            // 7700 from an open connection, 9000 from a listener
            + "   0: 0100007F:1E14 0100007F:8000 01 00000000:00000000 00:00000000 00000000 1000 0 11 1\n"
            + "   1: 00000000:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 12 1\n");
    Files.writeString(
        proc.resolve("net/tcp6"),
        head
            + "   0: 00000000000000000000000001000000:1E15 00000000000000000000000000000000:0000 0A"
            + " 00000000:00000000 00:00000000 00000000 1000 0 13 1\n");
    process("41", "java", "socket:[11]");
    process("42", "nginx", "socket:[12]");
    process("43", "postgres", "socket:[13]");
  }

  @Test
  void findsListenerOnIpv4AndIpv6() {
    assertThat(new PortOwner(proc).find(9000)).contains("nginx (process 42)");
    assertThat(new PortOwner(proc).find(7701)).contains("postgres (process 43)");
  }

  @Test
  void explainsHowToEndStackWhoseDirectoryWasRemoved() {
    assertThat(new PortOwner(proc).hint(9000).orElseThrow())
        .startsWith("Port 9000 is used by nginx (process 42)")
        .contains(".orrery was removed", "Ctrl-C");
    assertThat(new PortOwner(proc).hint(7700)).isEmpty();
  }

  @Test
  void ignoresEstablishedConnection() {
    assertThat(new PortOwner(proc).find(7700)).isEmpty();
  }

  @Test
  void reportsNoOwnerWhenProcCannotBeRead() throws IOException {
    Files.delete(proc.resolve("42/fd/3"));

    assertThat(new PortOwner(proc).find(9000)).isEmpty();
    assertThat(new PortOwner(proc.resolve("none")).find(9000)).isEmpty();
  }

  private void process(String id, String name, String socket) throws IOException {
    Path descriptors = Files.createDirectories(proc.resolve(id).resolve("fd"));
    Files.writeString(proc.resolve(id).resolve("comm"), name + "\n");
    Files.createSymbolicLink(descriptors.resolve("3"), Path.of(socket));
  }
}
