package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.beans.ConstructorProperties;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.SyntheticState;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.scaffold.subclass.ConstructorStrategy;
import net.bytebuddy.implementation.MethodCall;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Classes that are no records. */
class RecordConstructorTest {
    private static final Row ROW = new RowOf(
            new RowLayout(List.of("id", "customer_name", "st", "extra")),
            Map.of("id", 7L, "customer_name", "Ann", "st", "NEW"));

    /**
     * As Kotlin compiles {@code data class Order(val id: Long = 0, val customerName: String? = null, @Column("st") val status:
     * String = "NEW")}, but for the synthetic constructor.
     */
    public static final class Order {
        private final long id;
        private final @Nullable String customerName;
        private final String status;

        public Order() {
            this(0, null, "NEW");
        }

        public Order(long id, @Nullable String customerName, @Column("st") String status) {
            this.id = id;
            this.customerName = customerName;
            this.status = status;
        }

        @Override
        public String toString() {
            return id + " " + customerName + " " + status;
        }
    }

    /** As a class of other makers. */
    public static final class Annotated {
        final String shown;

        @ConstructorProperties({"customerName", "id"})
        public Annotated(String first, long second) {
            this.shown = first + second;
        }
    }

    /** One too many. */
    public static final class Two {
        public Two(long id) {}

        public Two(String id) {}
    }

    /** None that is public. */
    public static final class Hidden {
        Hidden(long id) {}
    }

    /** Cannot be made. */
    public abstract static class Open {
        public Open(long id) {}
    }

    /** Needs another object. */
    public final class Inner {
        public Inner(long id) {}
    }

    private static String refusal(Class<?> type) {
        try {
            RecordConstructor.of(type);
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
        throw new AssertionError("took " + type);
    }

    @Test
    void a_class_with_one_public_constructor_is_made_like_a_record() {
        SourceTable<Order> orders = SourceTable.of("orders", Order.class);

        assertThat(orders.columns()).extracting(RecordColumn::column).containsExactly("id", "customer_name", "st");
        assertThat(orders.map(ROW)).hasToString("7 Ann NEW");
    }

    @Test
    void parameters_may_be_named_by_annotation() {
        assertThat(SourceTable.of("orders", Annotated.class).map(ROW).shown).isEqualTo("Ann7");
    }

    @Test
    void the_synthetic_constructor_for_kotlins_default_arguments_is_passed_over() throws Exception {
        Constructor<Object> object = Object.class.getConstructor();
        Class<?> kotlin = new ByteBuddy()
                .subclass(Object.class, ConstructorStrategy.Default.NO_CONSTRUCTORS)
                .name("shop.Kotlin")
                .defineConstructor(Visibility.PUBLIC)
                .withParameter(long.class, "orderId")
                .intercept(MethodCall.invoke(object))
                .defineConstructor(Visibility.PUBLIC, SyntheticState.SYNTHETIC)
                .withParameters(long.class, int.class, Runnable.class)
                .intercept(MethodCall.invoke(object))
                .make()
                .load(getClass().getClassLoader())
                .getLoaded();

        assertThat(kotlin.getConstructors()).hasSize(2);
        assertThat(SourceTable.of("orders", kotlin).columns())
                .extracting(RecordColumn::column)
                .containsExactly("order_id");
    }

    @Test
    void parameters_without_names_are_refused_with_what_to_do() throws Exception {
        Class<?> nameless = new ByteBuddy()
                .subclass(Object.class, ConstructorStrategy.Default.NO_CONSTRUCTORS)
                .defineConstructor(Visibility.PUBLIC)
                .withParameters(long.class)
                .intercept(MethodCall.invoke(Object.class.getConstructor()))
                .make()
                .load(getClass().getClassLoader())
                .getLoaded();

        assertThatThrownBy(() -> SourceTable.of("orders", nameless))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        nameless.getName(), "-parameters", "-java-parameters", "@ConstructorProperties");
    }

    @Test
    void what_cannot_be_made_is_refused_with_the_reason() {
        assertThat(refusal(Two.class)).contains(Two.class.getName(), "2 public constructors", "exactly one");
        assertThat(refusal(Hidden.class)).contains("0 public constructors");
        assertThat(refusal(Open.class)).contains("cannot be made", "ColumnConverter");
        assertThat(refusal(Inner.class)).contains("cannot be made");
        assertThat(refusal(Runnable.class)).contains("cannot be made");
        assertThat(refusal(Operation.class)).contains("cannot be made");
        assertThat(refusal(int.class)).contains("int");
    }
}
