package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tries the ways by which a hostile program could reach a hidden path, or escape its file view.
 * Tests both kinds of agent if the tests run as root, otherwise only an agent of the user.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ShellEscapeTest {
  private final boolean asRoot;
  private AgentWorld world;
  private Map<String, String> before;

  ShellEscapeTest(boolean asRoot) {
    this.asRoot = asRoot;
  }

  /** An agent of an ordinary user. */
  static class OfAUserTest extends ShellEscapeTest {
    OfAUserTest() {
      super(false);
    }
  }

  /** An agent of root, with a user for programs. */
  static class OfRootTest extends ShellEscapeTest {
    OfRootTest() {
      super(true);
    }
  }

  @BeforeAll
  void start() throws Exception {
    if (asRoot && !ProgramUser.isAgentRoot()) {
      skip("it needs root");
    }
    ShellProcessorInNamespacesTest.requireNamespaces();
    world = new AgentWorld(asRoot);
    world.start();
  }

  private static void skip(String reason) {
    System.out.println("SKIPPED ShellEscapeTest: " + reason);
    Assumptions.abort(reason);
  }

  @AfterAll
  void end() throws Exception {
    if (world != null) {
      world.close();
    }
  }

  @BeforeEach
  void remember() throws IOException {
    before = world.protectedFiles();
  }

  /** Runs after tests that change nothing themselves. */
  @AfterEach
  void keepsWhatIsProtected() throws IOException {
    assertThat(world.protectedFiles()).isEqualTo(before);
  }

  /**
   * Runs the programs in sequence, so that a later one would read a file that an earlier one has
   * moved.
   */
  private void assertHeld(String... scripts) throws IOException {
    for (String script : scripts) {
      List<String> lines = world.run(script);
      assertThat(lines).noneMatch(line -> line.contains(AgentWorld.SECRET));
      // The program ran, and was not merely refused.
      assertThat(lines).contains("out began");
    }
    assertThat(world.protectedFiles()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hidden directory | cat @/home/apps/orrery/.orrery/data/admin-token",
        "file of the token | cat @/etc/token",
        "file of a mounted secret | cat @/mounted/token @/mounted/..1/token",
        "changed mode | chmod -R 777 @/home/apps/orrery/.orrery @/etc; cat @/etc/token",
        "renamed hidden directory | mv @/etc @/shared/etc; cat @/shared/etc/token",
        "exchanged hidden directory | mkdir @/shared/n; mv -T @/shared/n @/etc; rmdir @/shared/n",
        "symbolic link | ln -s @/etc link; cat link/token",
        "symbolic link of a free place | ln -sfn @/etc @/shared/l; cat @/shared/l/token; rm @/shared/l",
        "hard link of a secret | ln @/etc/token mine; cat mine",
        "hard link of a program | ln @/home/apps/orrery/orrery @/shared/m && echo id >> @/shared/m",
        "way by proc | cat /proc/self/root@/etc/token /proc/1/root@/etc/token",
        "way by the current directory | cat /proc/1/cwd/../../etc/token ../../etc/token",
        "descriptors of the first process | cat /proc/1/fd/*; ls -l /proc/1/fd",
        "environment and memory | cat /proc/[0-9]*/environ; head -c 1 /proc/1/mem",
        "unmounting | umount @/etc; umount -l @/etc; cat @/etc/token",
        "remounting | mount -o remount,bind,rw @/home/apps/orrery; echo x >> @/home/apps/orrery/orrery",
        "nested unmounting | unshare -Urm sh -c 'umount -l @/etc; cat @/etc/token'",
        "nested remounting | unshare -Urm sh -c 'mount -o remount,bind,rw @/home/apps/orrery;"
            + " echo x >> @/home/apps/orrery/orrery'",
        "nested bind | mkdir m; unshare -Urm sh -c 'mount --bind @ m; cat m/etc/token;"
            + " mount --rbind @ m; cat m/etc/token'",
        "nested overlay | mkdir u w m; unshare -Urm sh -c 'mount -t overlay -o"
            + " lowerdir=@,upperdir=u,workdir=w,userxattr none m; cat m/etc/token'",
        "nested pivot_root | mkdir m; unshare -Urm sh -c 'mount --rbind / m; cd m; mkdir tmp/o;"
            + " pivot_root . tmp/o; umount -l tmp/o@/etc; cat tmp/o@/etc/token .@/etc/token'",
        "nested proc | mkdir m; unshare -Urmpf sh -c 'mount -t proc none m; cat m/1/root@/etc/token'",
        "nested nsenter | unshare -Ur nsenter -t 1 -m cat @/etc/token",
        "program of the operator | echo id >> @/home/apps/orrery/orrery;"
            + " echo x > @/home/apps/orrery/lib/orrery-cli.jar",
        "renamed program | mv @/home/apps/orrery/lib @/home/apps/orrery/lib2",
        "deleted program | rm -rf @/home/apps @/etc @/mounted",
        "settings of the agent | mkdir @/home/apps/orrery/config; echo x > @/home/apps/orrery/.env",
        "start file | echo id >> @/home/.profile; rm -f @/home/.profile",
        "new start file | echo id > @/home/.bash_profile; mkdir @/home/.config",
        "replaced start file | echo id > @/home/data/p; mv @/home/data/p @/home/.profile",
        "keys of a login | echo key >> @/home/.ssh/authorized_keys; mv @/home/.ssh @/home/data/s",
        "start file by its link | echo id >> @/home/dotfiles/bashrc; mv @/home/dotfiles/bashrc @/shared",
        "script in the home directory | echo id >> @/home/run.sh",
        "program of the PATH | echo id >> @/home/tools/tool; echo id > @/home/tools/ls",
        "classes of the agent | rm -rf @/classes/0; mv @/classes @/shared/classes",
      })
  void protectsFilesFromHostileProgram(String name, String script) throws IOException {
    assertHeld("echo began; " + script + "; true");
  }

  /** Each line is a program. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "renamed parent | mv @/home/apps @/home/moved"
            + " | cat @/home/moved/orrery/.orrery/data/admin-token; mv @/home/moved @/home/apps",
        "parent that is renamed to a free place | mv @/home/apps @/shared/apps"
            + " | cat @/shared/apps/orrery/.orrery/data/admin-token; rm -rf @/shared/apps",
        "renamed installation | mv @/home/apps/orrery @/home/apps/o"
            + " | cat @/home/apps/o/.orrery/data/admin-token; mv @/home/apps/o @/home/apps/orrery",
        "parent that is replaced | mv @/home/apps @/home/data/a; mkdir -p @/home/apps/orrery;"
            + " echo id > @/home/apps/orrery/orrery | ls @/home",
        "renamed home | mv @/home @/h | cat @/h/apps/orrery/.orrery/data/admin-token; mv @/h @/home",
        "file of another program | echo mine > /tmp/f; echo mine > /dev/shm/f"
            + " | [ ! -e /tmp/f ] && [ ! -e /dev/shm/f ] || echo TOP-SECRET",
        "background process | setsid sh -c 'sleep 1; cat @/etc/token > @/shared/late' & echo"
            + " | sleep 1.2; cat @/shared/late",
      })
  void protectsFilesFromTwoHostilePrograms(String name, String first, String second)
      throws IOException {
    assertHeld("echo began; " + first + "; true", "echo began; " + second + "; true");
  }

  @Test
  void isolatesTemporaryFilesOfPrograms() throws Exception {
    for (String directory : List.of("/tmp", "/dev/shm")) {
      // As the socket of a JVM, which takes commands of each process of the user.
      Path socket = Files.createTempFile(Path.of(directory), ".java_pid", "");
      try {
        Files.writeString(socket, AgentWorld.SECRET);
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertHeld(
            "echo began; cat " + directory + "/.java_pid*; echo x > " + socket + "; ls " + socket);
        assertThat(socket).hasContent(AgentWorld.SECRET);
      } finally {
        Files.delete(socket);
      }
    }
  }

  /** The embedded database has such memory. */
  @Test
  void isolatesSystemVSharedMemory() throws Exception {
    Process make = new ProcessBuilder("ipcmk", "-M", "4096", "-p", "0666").start();
    String made = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String id = made.replaceAll("\\D", "");
    assertThat(id).as(made).isNotEmpty();
    try {
      List<String> lines = world.run("ipcs -m; ipcrm -m " + id + "; echo done");

      assertThat(lines).contains("out done").noneMatch(line -> line.contains(" 4096 "));
      assertThat(Files.readString(Path.of("/proc/sysvipc/shm"))).contains(" " + id + " ");
    } finally {
      AgentWorld.execute("ipcrm", "-m", id);
    }
  }

  /** Through the user's bus a program could start another one outside, by systemd-run --user. */
  @Test
  void hidesUserServicesFromPrograms() throws Exception {
    Path run = Path.of("/run/user");
    if (!ProgramUser.isAgentRoot() && !Files.isDirectory(run)) {
      skip("there is no /run/user");
    }
    Path probe = run.resolve("orrery-test");
    if (!ProgramUser.isAgentRoot()) {
      assertThat(world.run("ls /run/user; echo done")).noneMatch(line -> line.equals("out 1000"));
      return;
    }
    boolean isNew = !Files.isDirectory(run);
    Files.createDirectories(probe);
    try (AgentWorld other = new AgentWorld(asRoot)) {
      other.start();

      List<String> lines = other.run("ls -d /run/user/orrery-test; echo done");

      assertThat(lines).contains("out done").noneMatch(line -> line.contains("out /run"));
    } finally {
      Files.delete(probe);
      if (isNew) {
        Files.delete(run);
      }
    }
  }

  @Test
  void hidesTerminalsOfUserFromPrograms() throws IOException {
    assertThat(world.run("ls /dev/pts; echo done"))
        .contains("out done")
        .noneMatch(line -> line.matches("out \\d+"));
  }

  /** Replacing a file removes a mount that covers it. */
  @Test
  void hidesTokenFileReplacedDuringRun() throws Exception {
    Path token = world.root().resolve("etc/token");
    world.begin(
        "touch @/shared/runs; while [ -e @/shared/runs ]; do cat @/etc/token; sleep 0.02; done;"
            + " cat @/etc/token; true");
    ShellProcessorTest.await(() -> Files.exists(world.root().resolve("shared/runs")));

    world.replace(token, AgentWorld.SECRET + " of today");
    world.replace(token, AgentWorld.SECRET + " of tomorrow");
    Files.delete(world.root().resolve("shared/runs"));

    assertThat(world.end())
        .hasSizeGreaterThan(1)
        .noneMatch(line -> line.contains(AgentWorld.SECRET));
    before = world.protectedFiles();
    assertHeld("echo began; cat @/etc/token; true");
  }

  /** Kubernetes replaces the link ..data, and deletes the old directory. */
  @Test
  void hidesMountedSecretRotatedDuringRun() throws Exception {
    Path mounted = world.root().resolve("mounted");
    world.begin(
        "touch @/shared/runs; while [ -e @/shared/runs ]; do cat @/mounted/token @/mounted/*/token"
            + " @/mounted/..*/token; sleep 0.02; done; cat @/mounted/token; true");
    ShellProcessorTest.await(() -> Files.exists(world.root().resolve("shared/runs")));

    Files.createDirectory(mounted.resolve("..2"));
    Files.writeString(mounted.resolve("..2/token"), AgentWorld.SECRET + " of today\n");
    Files.createSymbolicLink(mounted.resolve("..data_tmp"), Path.of("..2"));
    Files.move(
        mounted.resolve("..data_tmp"), mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(mounted.resolve("..1/token"));
    Files.delete(mounted.resolve("..1"));
    Files.delete(world.root().resolve("shared/runs"));

    assertThat(world.end())
        .hasSizeGreaterThan(1)
        .noneMatch(line -> line.contains(AgentWorld.SECRET));
    before = world.protectedFiles();
    // Programs still start: the directory is the same.
    assertHeld("echo began; cat @/mounted/token @/mounted/..2/token; true");
  }

  @Test
  void refusesProgramsWhileHiddenPathIsMissingOrReplaced() throws Exception {
    Path aside = world.root().resolve("home/data/aside");
    Files.move(world.hidden(), aside);
    String refusal =
        "end cannot start programs: the hidden path "
            + world.hidden()
            + " was moved or replaced after the start of the agent. Put it back, or restart the"
            + " agent.";
    assertThat(world.run("cat @/home/data/aside/data/admin-token")).containsExactly(refusal);

    Files.createDirectory(world.hidden());
    assertThat(world.run("echo began")).containsExactly(refusal);

    Files.delete(world.hidden());
    Files.move(aside, world.hidden());
    assertThat(world.run("echo began")).containsExactly("out began", "end exit code 0");
  }

  @Test
  void allowsProgramsFullAccessToUnprotectedFiles() throws IOException {
    List<String> lines =
        world.run(
            """
            set -e
            pwd
            for directory in . /tmp /dev/shm @/home/data @/shared /var/tmp; do
              echo mine > $directory/orrery-out
              mv $directory/orrery-out $directory/orrery-moved
              rm $directory/orrery-moved
            done
            cat @/home/data/in @/home/apps/orrery/lib/orrery-cli.jar
            @/home/apps/orrery/orrery
            @/home/tools/tool
            echo note >> @/home/dotfiles/readme
            sed -i '/note/d' @/home/dotfiles/readme
            mkdir -p @/shared/a/b; rm -r @/shared/a
            ls /proc/self/fd > /dev/null
            cat script.sh > /dev/null
            """);

    assertThat(lines).endsWith("out free", "out jar", "out status", "out tool", "end exit code 0");
  }

  @Test
  void refusesTokenFileInDirectoryNeededByPrograms() throws Exception {
    try (AgentWorld other = new AgentWorld(asRoot)) {
      Path token = Files.writeString(other.home().resolve("token"), AgentWorld.SECRET);

      assertThat(other.start("-", token))
          .contains(
              "orrery.worker.token-file is '"
                  + token
                  + "'. A file is hidden from shell jobs with its whole directory, and they need "
                  + other.home()
                  + ". Move the file to a directory of its own.");
    }
  }

  @Test
  void refusesNonexistentHiddenPath() throws Exception {
    try (AgentWorld other = new AgentWorld(asRoot)) {
      assertThat(
              other.start("-", other.root().resolve("etc/token"), other.root().resolve("nonsuch")))
          .contains("orrery.worker.shell.hidden-paths names '" + other.root() + "/nonsuch'");
    }
  }
}
