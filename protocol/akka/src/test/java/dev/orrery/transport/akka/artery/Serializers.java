package dev.orrery.transport.akka.artery;

import java.util.List;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import scala.jdk.javaapi.CollectionConverters;

/** Lists the serializers of a running system. */
public final class Serializers {
  private Serializers() {}

  /** Returns numbers and classes. */
  public static List<String> of(ArterySystem artery) {
    return CollectionConverters.asJava(serialization(artery).serializerByIdentity())
        .entrySet()
        .stream()
        .map(each -> each.getKey() + " " + each.getValue().getClass().getName())
        .toList();
  }

  /** Returns the classes that it can serialize, with their subclasses. */
  public static List<Class<?>> boundTo(ArterySystem artery) {
    return CollectionConverters.asJava(serialization(artery).bindings()).stream()
        .<Class<?>>map(each -> each._1())
        .toList();
  }

  private static Serialization serialization(ArterySystem artery) {
    return SerializationExtension.get((ExtendedActorSystem) artery.actors());
  }
}
