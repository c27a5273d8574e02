package dev.orrery.testing.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileDescriptor;
import java.lang.ref.Cleaner;
import java.lang.ref.SoftReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImageHeapTest {
  // One class for each type that is refused.

  static final class Randoms {
    static final SecureRandom SECURE = new SecureRandom();
    static final Random PLAIN = new Random();
    static final SplittableRandom SPLITTABLE = new SplittableRandom();
  }

  static final class Addresses {
    static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
    static final InetSocketAddress SOCKET = InetSocketAddress.createUnresolved("orrery", 1);
  }

  static final class Sockets {
    static final Socket CLIENT = new Socket();
    static final ServerSocket SERVER = unbound();
    static final DatagramChannel CHANNEL = channel();

    private static ServerSocket unbound() {
      try {
        return new ServerSocket();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private static DatagramChannel channel() {
      try {
        DatagramChannel channel = DatagramChannel.open();
        channel.close();
        return channel;
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  static final class Threads {
    static final Thread THREAD = new Thread("never started");
    static final Executor EXECUTOR = Executors.newCachedThreadPool();
    static final ForkJoinPool POOL = ForkJoinPool.commonPool();
  }

  static final class Handles {
    static final FileDescriptor DESCRIPTOR = FileDescriptor.out;
    static final ByteBuffer DIRECT = ByteBuffer.allocateDirect(1);
    static final ProcessHandle PROCESS = ProcessHandle.current();
    static final Cleaner.Cleanable CLEANABLE = () -> {};
    static final HttpClient CLIENT = HttpClient.newHttpClient();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            Randoms.class,
            List.of(
                "$Randoms.SECURE is a java.security.SecureRandom (Random)",
                "$Randoms.PLAIN is a java.util.Random",
                "$Randoms.SPLITTABLE is a java.util.SplittableRandom")),
        Arguments.of(
            Addresses.class,
            List.of(
                "$Addresses.ADDRESS is a java.net.Inet4Address (InetAddress)",
                "$Addresses.SOCKET is a java.net.InetSocketAddress (SocketAddress)")),
        Arguments.of(
            Sockets.class,
            List.of(
                "$Sockets.CLIENT is a java.net.Socket",
                "$Sockets.SERVER is a java.net.ServerSocket",
                "$Sockets.CHANNEL is a sun.nio.ch.DatagramChannelImpl (Channel)")),
        Arguments.of(
            Threads.class,
            List.of(
                "$Threads.THREAD is a java.lang.Thread",
                "$Threads.EXECUTOR is a java.util.concurrent.ThreadPoolExecutor (Executor)",
                "$Threads.POOL is a java.util.concurrent.ForkJoinPool (Executor)")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void reportsStaticFieldOfForbiddenType(Class<?> type, List<String> endings) {
    List<String> findings = ImageHeap.findings(List.of(type));

    assertThat(findings)
        .containsExactlyInAnyOrderElementsOf(
            endings.stream().map(ending -> ImageHeapTest.class.getName() + ending).toList());
  }

  @Test
  void reportsSystemHandlesInStaticFields() {
    assertThat(ImageHeap.findings(List.of(Handles.class)))
        .extracting(finding -> finding.replaceAll(".*\\$(Handles\\.\\w+) is .*", "$1"))
        .containsExactlyInAnyOrder(
            "Handles.DESCRIPTOR",
            "Handles.DIRECT",
            "Handles.PROCESS",
            "Handles.CLEANABLE",
            "Handles.CLIENT");
  }

  // One field for each way to an address.

  record Network(InetAddress first, int length) {}

  static class Base {
    final Object inherited = InetAddress.getLoopbackAddress();
  }

  static final class Derived extends Base {}

  enum Kind {
    ONE(InetAddress.getLoopbackAddress());

    @SuppressWarnings("ImmutableEnumChecker")
    final transient Object address;

    Kind(Object address) {
      this.address = address;
    }
  }

  interface Holder {
    Object CONSTANT = new Network(InetAddress.getLoopbackAddress(), 8);
  }

  static final class Ways {
    private static final InetAddress[] ARRAY = {null, InetAddress.getLoopbackAddress()};
    static final Object[][] NESTED = {{}, {ARRAY[1]}};
    static final List<Network> LIST = List.of(new Network(null, 0), new Network(ARRAY[1], 8));
    static final List<Object> WRAPPED = Collections.unmodifiableList(List.of(ARRAY[1]));
    static final Map<String, Object> MAP = Map.of("home", Optional.of(ARRAY[1]));
    static final Map<InetAddress, String> KEYS = Map.of(ARRAY[1], "");
    static final EnumMap<TimeUnit, Object> ENUM_MAP =
        new EnumMap<>(Map.of(TimeUnit.DAYS, ARRAY[1]));
    static final AtomicReference<Object> ATOMIC = new AtomicReference<>(ARRAY[1]);
    static final SoftReference<Object> SOFT = new SoftReference<>(ARRAY[1]);
    static final CompletableFuture<Object> FUTURE = CompletableFuture.completedFuture(ARRAY[1]);
    static final Derived SUPERCLASS = new Derived();
    static final Supplier<String> LAMBDA = capturing(ARRAY[1]);
    static final Supplier<String> REFERENCE = ARRAY[1]::getHostName;

    private static Supplier<String> capturing(InetAddress address) {
      return () -> "at " + address;
    }
  }

  @Test
  void followsEveryReferencePathToForbiddenObject() {
    String ways = Ways.class.getName();
    String address = " is a java.net.Inet4Address (InetAddress)";

    List<String> findings = ImageHeap.findings(List.of(Ways.class));

    assertThat(findings)
        .contains(
            ways + ".ARRAY[1]" + address,
            ways + ".NESTED[1][0]" + address,
            ways + ".LIST[1].first" + address,
            ways + ".WRAPPED[0]" + address,
            ways + ".MAP[home].get()" + address,
            ways + ".KEYS key Inet4Address" + address,
            ways + ".ENUM_MAP[DAYS]" + address,
            ways + ".ATOMIC.get()" + address,
            ways + ".SOFT.get()" + address,
            ways + ".FUTURE.join()" + address,
            ways + ".SUPERCLASS.inherited" + address)
        .hasSize(13);
    assertThat(findings).anyMatch(finding -> finding.startsWith(ways + ".LAMBDA."));
    assertThat(findings).anyMatch(finding -> finding.startsWith(ways + ".REFERENCE."));
  }

  @Test
  void followsConstantsOfEnumsAndInterfaces() {
    assertThat(ImageHeap.findings(List.of(Kind.class)))
        .contains(Kind.class.getName() + ".ONE.address is a java.net.Inet4Address (InetAddress)");
    assertThat(ImageHeap.findings(List.of(Holder.class)))
        .containsExactly(
            Holder.class.getName() + ".CONSTANT.first is a java.net.Inet4Address (InetAddress)");
  }

  // What is harmless, cycles among it.

  static final class Node {
    Node next;
  }

  static final class Harmless {
    static final System.Logger LOG = System.getLogger("test");
    static final Pattern PATTERN = Pattern.compile("a+");
    static final Duration TIME = Duration.ofSeconds(1);
    static final Instant EARLIEST = Instant.EPOCH;
    static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    static final Locale LOCALE = Locale.ROOT;
    static final Supplier<Random> LATER = Random::new;
    static final ByteBuffer ON_HEAP = ByteBuffer.allocate(1);
    static final CompletableFuture<Object> NEVER = new CompletableFuture<>();
    static final Node RING = ring();
    static final int NUMBER = 1;
    static final Object NOTHING = null;
    final Random ofAnInstance = new Random();

    private static Node ring() {
      Node node = new Node();
      node.next = node;
      return node;
    }
  }

  @Test
  void acceptsObjectsAllowedInImageHeap() {
    assertThat(ImageHeap.findings(List.of(Harmless.class, Node.class))).isEmpty();
  }
}
