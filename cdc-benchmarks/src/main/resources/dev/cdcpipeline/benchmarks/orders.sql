create type order_status as enum ('NEW', 'PAID', 'SENT', 'DONE');

create table orders (
  id bigint primary key,
  customer_id int not null,
  item_count int not null,
  status order_status not null,
  total numeric(12, 2) not null,
  note text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  attributes jsonb not null,
  reference uuid not null,
  address text not null
);

create procedure insert_order(new_id bigint) language sql as $$
  insert into orders values (
    new_id, 1 + new_id % 50000, 1, 'NEW', (new_id % 100000) / 100.0, 'leave it at the door ' || new_id,
    clock_timestamp(), clock_timestamp(), jsonb_build_object('channel', 'web', 'coupon', 'C' || new_id % 100, 'gift', false),
    md5(new_id::text)::uuid, new_id || ' Long Street, 12345 Some Town')
$$;

-- 60 % inserts, 30 % updates, 10 % deletes. One half of the updates hits the newest 1000 keys, the other any key. With old rows, of
-- ids -1, -2 and so on, one change in 100 is an update of one of them.
create procedure write_backlog(changes bigint, changes_per_transaction int, old_rows int default 0) language plpgsql as $$
declare
  newest bigint := 0;
  picked bigint;
  dice float8;
begin
  perform setseed(0.42);
  for written in 1..changes loop
    dice := random();
    if old_rows > 0 and written % 100 = 0 then
      update orders set item_count = item_count + 1 where id = -1 - floor(dice * old_rows)::bigint;
    elsif dice < 0.6 or newest < 10 then
      newest := newest + 1;
      call insert_order(newest);
    else
      loop
        if dice < 0.9 and random() < 0.5 then
          picked := newest - floor(random() * least(1000, newest))::bigint;
        else
          picked := 1 + floor(random() * newest)::bigint;
        end if;
        if dice < 0.9 then
          update orders
          set item_count = item_count + 1, status = 'PAID', total = total + 9.99, updated_at = clock_timestamp()
          where id = picked;
        else
          delete from orders where id = picked;
        end if;
        exit when found;
      end loop;
    end if;
    if written % changes_per_transaction = 0 then
      commit;
    end if;
  end loop;
  commit;
end $$;
