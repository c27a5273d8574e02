package dev.orrery.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;

/** An architecture rule: the public API of a package shows none of our internal types. */
public final class PublicSignatures {
  private static final DescribedPredicate<JavaClass> INTERNAL =
      JavaClass.Predicates.resideInAnyPackage(
          "dev.orrery.protocol..",
          "dev.orrery.transport..",
          "dev.orrery.trigger..",
          "dev.orrery.worker.attempt",
          "dev.orrery.worker.client",
          "dev.orrery.worker.core",
          "dev.orrery.worker.log",
          "dev.orrery.worker.poll",
          "dev.orrery.worker.renew",
          "dev.orrery.worker.report",
          "dev.orrery.worker.session");

  private static final ArchCondition<JavaClass> SHOW_NONE =
      new ArchCondition<>("show no type of the protocol, the triggers or an implementation") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
          if (isVisible(type)) {
            checkHead(type, events);
            type.getMembers().stream()
                .filter(PublicSignatures::isVisible)
                .forEach(member -> checkMember(member, events));
          }
        }
      };

  private PublicSignatures() {}

  /**
   * @param packages of an API, as ArchUnit writes them
   */
  public static ArchRule showNoInternalType(String... packages) {
    return classes().that().resideInAnyPackage(packages).should(SHOW_NONE);
  }

  private static void checkHead(JavaClass type, ConditionEvents events) {
    List<JavaType> shown = new ArrayList<>(type.getInterfaces());
    type.getSuperclass().ifPresent(shown::add);
    shown.addAll(type.getTypeParameters());
    check(type, type.getDescription(), shown, events);
  }

  private static void checkMember(JavaMember member, ConditionEvents events) {
    List<JavaType> shown = new ArrayList<>();
    if (member instanceof JavaField field) {
      shown.add(field.getType());
    } else if (member instanceof JavaCodeUnit unit) {
      shown.add(unit.getReturnType());
      shown.addAll(unit.getParameterTypes());
      shown.addAll(unit.getTypeParameters());
      shown.addAll(unit.getExceptionTypes());
    }
    check(member, member.getDescription(), shown, events);
  }

  private static void check(
      Object owner, String description, List<JavaType> shown, ConditionEvents events) {
    shown.stream()
        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
        .filter(INTERNAL)
        .forEach(
            type ->
                events.add(
                    SimpleConditionEvent.violated(
                        owner, description + " shows " + type.getName())));
  }

  private static boolean isVisible(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(PublicSignatures::isVisible).orElse(true);
  }

  private static boolean isVisible(JavaMember member) {
    return !member.getModifiers().contains(JavaModifier.SYNTHETIC)
        && (member.getModifiers().contains(JavaModifier.PUBLIC)
            || member.getModifiers().contains(JavaModifier.PROTECTED));
  }
}
