"""Surnames by frequency and given names by generation, from Faker's zh_CN lists and pairs of common characters."""

from bisect import bisect
from datetime import date
from itertools import accumulate
from random import Random

from faker.providers.person.zh_CN import Provider

_SURNAMES = list(Provider.last_names)
_SURNAME_WEIGHTS = list(accumulate(Provider.last_names.values()))

_FAKER_MALE: tuple[str, ...] = tuple(Provider.first_names_male)
_FAKER_FEMALE: tuple[str, ...] = tuple(Provider.first_names_female)
# (first characters, second characters) of the people born before 1960, before 1985, and later.
_MALE = (
    ("德国建志文福光永世正家明长大先天绍远传启", "贵财发清华生祥林山义和才全根海江民元良安"),
    ("建国志伟文军海永红卫晓小春少新立光忠家学", "军平强华民明兵勇斌辉涛锋松林波刚东峰生文"),
    ("子浩宇俊嘉博梓天一泽奕鑫思铭睿晨昊志家承", "轩涵杰豪然宇航阳宸睿博涛泽源熙晨凯恒霖诚"),
)
_FEMALE = (
    ("桂秀玉凤兰金素月春菊翠淑彩银莲满正惠水香", "英兰珍芳莲香梅娥云秀花华清芝贞容枝珠菊连"),
    ("小晓春红丽爱雪秋建海玉冬志艳美燕桂金素月", "芳红丽霞燕玲梅萍英琴琼华娟敏兰慧珍莉群蓉"),
    ("子雨梓欣思佳诗可嘉语若梦紫一芷怡晨心妍静", "涵彤怡萱琪瑶妍晴欣宁悦颖婷雯琳璇蕊菲然桐"),
)
_ERAS = (1960, 1985)


def surname(random: Random) -> str:
    return _SURNAMES[bisect(_SURNAME_WEIGHTS, random.random() * _SURNAME_WEIGHTS[-1])]


def given_name(random: Random, sex: str, born: date) -> str:
    """One character for every eighth person, else two that fit the generation."""
    roll = random.random()
    if roll < 0.12:
        return random.choice(_FAKER_MALE if sex == "1" else _FAKER_FEMALE)
    era = bisect(_ERAS, born.year)
    first, second = (_MALE if sex == "1" else _FEMALE)[era]
    return first[int(random.random() * len(first))] + second[int(random.random() * len(second))]
