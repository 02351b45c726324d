"""A joint exercise as authors write it, in two languages, for the tests."""

JOINT = "quizzes/joint/copy.md"
JOINT_RU = "quizzes/joint/copy.ru.md"

GOOD = """---
title: The copy
clock: 2019-06-09
minutes: 40
---
The protocol is signed. Two people want one paper.

## For the facilitator {#script .script}

Two tables, one stamp.

## The observer {#watching .role side=observer}

You have stood since seven.

## The chair {#chair .role side=commission most=1}

You want to go home.

## A member {#member .role side=commission}

You hold the stamp.

## When is it given? {#when .before rules="protocol-copy"}

The protocol is signed. When does an observer get a copy?

- At once {best}
    > So the article says.
- Tomorrow, at the district {weak}
    > The duty arises here.

## The protocol is signed {#signed minutes=8}

The stamp lies on the table.

### What do you do? {#observer}

She puts it into her bag.

- Ask once, aloud {best rules="protocol-copy"}
    > It is heard.
- Wait {weak}
    > Then they have gone.
- Take it out of the bag {fail rules="protocol-copy"}
    > Never touch it.

### And you? {#commission}

- Stamp a copy {best rules="protocol-copy"}
    > It protects you.
- Send them away {fail rules="protocol-copy"}
    > It is your duty.

### What the law says {#settled rules="protocol-copy"}

At once, and in the room.

### Script {#script}

Let both tables read first.

## The telephone rings {#call .inject during=signed at=3 side=commission}

*No copies*, says the district.

### Script {#script}

Play it by telephone.

## The light goes out {#dark .inject during=stairs at=0}

It is dark.

## On the stairs {#stairs minutes=10 .swap}

Everybody leaves.

### Now? {#both}

- Stay together {best}
    > Nobody is alone with the papers.
- Go {weak}
    > Nobody has seen anything.

### What the law says {#settled rules="protocol-copy"}

The copy is given before anybody leaves.

### Script {#script}

Change the sides first.

## For observers {#o-debrief .debrief side=observer}

You asked once.

## For commissions {#c-debrief .debrief side=commission}

You have a witness now.
"""

RUSSIAN = """---
title: Копия
source_hash: pending
---
Протокол подписан. Двоим нужна одна бумага.

## Ведущему {#script}

Два стола, одна печать.

## Наблюдатель {#watching}

Вы на ногах с семи.

## Председатель {#chair}

Вы хотите домой.

## Член комиссии {#member}

Печать у вас.

## Когда выдают? {#when}

Протокол подписан. Когда наблюдатель получает копию?

- Сразу
    > Так говорит статья.
- Завтра
    > Обязанность возникает здесь.

## Протокол подписан {#signed}

Печать на столе.

### Что вы делаете? {#observer}

Она кладёт её в сумку.

- Попросить вслух
    > Это слышат.
- Ждать
    > Тогда все уйдут.
- Достать из сумки
    > Никогда.

### А вы? {#commission}

- Заверить копию
    > Это защищает вас.
- Отослать
    > Это ваша обязанность.

### Что говорит закон {#settled}

Сразу и в помещении.

### Сценарий {#script}

Сначала дайте прочитать.

## Звонит телефон {#call}

*Никаких копий*, говорит округ.

### Сценарий {#script}

Сыграйте по телефону.

## Гаснет свет {#dark}

Темно.

## На лестнице {#stairs}

Все уходят.

### Теперь? {#both}

- Держаться вместе
    > Никто не остаётся с бумагами один.
- Уйти
    > Никто ничего не видел.

### Что говорит закон {#settled}

Копию выдают до ухода.

### Сценарий {#script}

Сначала поменяйте стороны.

## Наблюдателям {#o-debrief}

Вы попросили один раз.

## Комиссиям {#c-debrief}

Теперь у вас есть свидетель.
"""
